package io.hsaw.trainer.dataset;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The data sets that can be read. */
public enum DataSetFormat {

    /** FER2013: csv, zip or folder; splits Training, PublicTest, PrivateTest. */
    FER2013(Fer2013.NAME, Fer2013.LABELS, Fer2013::open),
    /** RAF-DB in its official layout, zip or folder; splits train, validation, test. */
    RAF_DB(RafDb.NAME, RafDb.LABELS, RafDb::open),
    /** ExpW: scenes with boxes, zip or folder. */
    EXPW(ExpW.NAME, ExpW.LABELS, ExpW::open),
    /** One folder of face pictures per class, also zipped. */
    FOLDER(PictureFolder.NAME, PictureFolder.LABELS, PictureFolder::open);

    private final String label;
    private final LabelScheme labels;
    private final Reader reader;

    private interface Reader {
        DataSet open(Path path) throws DataSetException;
    }

    DataSetFormat(String label, LabelScheme labels, Reader reader) {
        this.label = label;
        this.labels = labels;
        this.reader = reader;
    }

    /** The name on the command line. */
    public String label() {
        return label;
    }

    /** Its classes and their names. */
    public LabelScheme labels() {
        return labels;
    }

    /**
     * Reads the data set's lists; pictures are read one by one later.
     *
     * @throws DataSetException if it is not such a data set, or damaged; names the file (and line) and what is expected
     */
    public DataSet open(Path path) throws DataSetException {
        return reader.open(path);
    }

    /** The format of a name, empty if there is none. */
    public static Optional<DataSetFormat> named(String label) {
        return Arrays.stream(values()).filter(format -> format.label.equals(label)).findFirst();
    }

    /** All names, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(DataSetFormat::label).collect(Collectors.joining(", "));
    }
}
