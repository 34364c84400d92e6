package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * FER2013: 48×48 grey face crops. Read from {@code fer2013.csv}, or from pictures in folders of splits
 * ({@code Training}, {@code PublicTest}, {@code PrivateTest}; or {@code train}, {@code test}) and classes.
 */
final class Fer2013 {

    static final String NAME = "fer2013";
    static final String TRAINING = "Training";
    static final String PUBLIC_TEST = "PublicTest";
    static final String PRIVATE_TEST = "PrivateTest";
    static final LabelScheme LABELS = LabelScheme.of(0, Expression.ANGER, Expression.DISGUST, Expression.FEAR,
            Expression.HAPPINESS, Expression.SADNESS, Expression.SURPRISE, Expression.NEUTRAL);

    private static final String CSV = "fer2013.csv";
    /** {@code test} of the copies in folders holds both test parts, so it is a split of its own. */
    private static final String TEST = "test";
    private static final Map<String, String> SPLIT_OF_FOLDER = Map.of("training", TRAINING, "train", TRAINING,
            "publictest", PUBLIC_TEST, "privatetest", PRIVATE_TEST, "test", TEST, "validation", DataSet.VALIDATION);

    private Fer2013() {
    }

    static DataSet open(Path path) throws DataSetException {
        if (Files.isRegularFile(path) && DataSetFiles.ending(path).equals("csv")) {
            return dataSet(Fer2013Csv.read(path, path.toString()), () -> { });
        }
        return DataSetFiles.openWith(path, files -> {
            Path top = files.top(CSV, TRAINING, PUBLIC_TEST, PRIVATE_TEST, "train", TEST);
            Path csv = top.resolve(CSV);
            return dataSet(Files.exists(csv) ? Fer2013Csv.read(csv, files.place(csv)) : folders(files, top), files);
        });
    }

    private static List<SampleRef> folders(DataSetFiles files, Path top) throws DataSetException {
        List<Path> inside = files.list(top);
        List<SampleRef> samples = new ArrayList<>();
        for (Path folder : inside) {
            String split = SPLIT_OF_FOLDER.get(DataSetFiles.name(folder).toLowerCase(Locale.ROOT));
            if (split == null || !Files.isDirectory(folder)) {
                throw new DataSetException("%s: is not part of fer2013; expected %s, or only folders named Training,"
                        + " PublicTest, PrivateTest (or train, test)", files.place(folder), CSV);
            }
            samples.addAll(ClassFolders.read(files, folder, LABELS, split, split + "/"));
        }
        if (samples.isEmpty()) {
            throw new DataSetException("%s: holds no pictures; expected %s, or folders named Training, PublicTest,"
                    + " PrivateTest (or train, test)", files.place(top), CSV);
        }
        return samples;
    }

    private static DataSet dataSet(List<SampleRef> samples, Closeable files) {
        List<SampleRef> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparing(SampleRef::id));
        List<String> splits = sorted.stream().map(SampleRef::split).distinct().toList();
        String validation = splits.contains(PUBLIC_TEST) ? PUBLIC_TEST
                : splits.contains(DataSet.VALIDATION) ? DataSet.VALIDATION : null;
        String evaluation = validation == null && splits.contains(TEST) ? TEST
                : validation == null ? DataSet.VALIDATION : validation;
        return new DataSet(NAME, LABELS, sorted,
                new DataSet.Roles(TRAINING, TRAINING, validation, evaluation), files);
    }
}
