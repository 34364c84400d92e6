package io.hsaw.local;

import io.hsaw.trainer.dataset.DataSetFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Options of the commands that read labelled pictures. */
class DataSetOptions {

    @Option(names = "--dataset", paramLabel = "FORMAT", required = true, converter = FormatName.class,
            completionCandidates = FormatNames.class, description = "One of ${COMPLETION-CANDIDATES}.")
    DataSetFormat format;

    @Parameters(paramLabel = "PATH", description = "The data set: a folder, a zip, or for fer2013 its csv file.")
    Path path;

    /** Formats by the names they have on the command line. */
    static final class FormatName implements ITypeConverter<DataSetFormat> {
        @Override
        public DataSetFormat convert(String name) {
            return DataSetFormat.named(name).orElseThrow(() -> new TypeConversionException(
                    "there is no data set format " + name + ", only " + DataSetFormat.names()));
        }
    }

    /** All names. */
    static final class FormatNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(DataSetFormat.values()).map(DataSetFormat::label).iterator();
        }
    }
}
