package io.hsaw.local;

import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.DataSetFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the commands that read several data sets together. */
final class JoinedDataSetOptions extends DataSetOptions {

    @Option(names = "--also", paramLabel = "FORMAT=PATH", converter = FormatAndPath.class,
            description = "Another data set to take with it, such as raf-db=raf-db.zip; may be given several times.")
    private List<Place> also = List.of();

    private record Place(DataSetFormat format, Path path) {
    }

    /** What is done with the data sets. */
    interface Use<T> {
        T with(List<DataSet> dataSets) throws IOException, InterruptedException;
    }

    /**
     * Opens all data sets for as long as they are used. Those of the same format get different names.
     *
     * @throws Failure if a data set cannot be read
     */
    <T> T use(Use<T> use) throws IOException, InterruptedException {
        List<Place> places = new ArrayList<>(List.of(new Place(format, path)));
        places.addAll(also);
        return open(places, new ArrayList<>(), use);
    }

    private static <T> T open(List<Place> places, List<DataSet> opened, Use<T> use)
            throws IOException, InterruptedException {
        if (opened.size() == places.size()) {
            return use.with(List.copyOf(opened));
        }
        Place place = places.get(opened.size());
        try (DataSet dataSet = place.format.open(place.path)) {
            long before = places.subList(0, opened.size()).stream().filter(p -> p.format == place.format).count();
            opened.add(before == 0 ? dataSet : dataSet.named(dataSet.name() + "-" + (before + 1)));
            return open(places, opened, use);
        } catch (DataSetException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    /** A data set's format and path. */
    static final class FormatAndPath implements ITypeConverter<Place> {
        @Override
        public Place convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1 || equals == text.length() - 1) {
                throw new TypeConversionException("'" + text + "' is no data set: give its format and path, such as"
                        + " raf-db=raf-db.zip");
            }
            return new Place(new FormatName().convert(text.substring(0, equals)), Path.of(text.substring(equals + 1)));
        }
    }
}
