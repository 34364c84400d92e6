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
import java.util.Set;

/**
 * FER2013: 48×48 grey face crops. Read from {@code fer2013.csv}, or from pictures in folders of splits
 * ({@code Training}, {@code PublicTest}, {@code PrivateTest}; or {@code train}, {@code test}) and classes. Some copies
 * keep the two test parts together in {@code test} and put a picture's own split before its file's name, as in
 * {@code test/angry/PublicTest_123.jpg}: then that is its split. Pictures in {@code test} whose names say nothing are a
 * split {@code test}.
 */
final class Fer2013 {

    static final String NAME = "fer2013";
    static final String TRAINING = "Training";
    static final String PUBLIC_TEST = "PublicTest";
    static final String PRIVATE_TEST = "PrivateTest";
    static final LabelScheme LABELS = LabelScheme.of(0, Expression.ANGER, Expression.DISGUST, Expression.FEAR,
            Expression.HAPPINESS, Expression.SADNESS, Expression.SURPRISE, Expression.NEUTRAL);

    private static final String CSV = "fer2013.csv";
    /** Where it cannot be told which of the two test parts a picture belongs to. */
    private static final String TEST = "test";
    /** Folders that pictures of PublicTest and PrivateTest may lie in. */
    private static final Set<String> PARTS_OF_TEST = Set.of(TEST, DataSet.VALIDATION);
    /** The official splits by their names in lower case. */
    static final Map<String, String> SPLITS =
            Map.of("training", TRAINING, "publictest", PUBLIC_TEST, "privatetest", PRIVATE_TEST);
    private static final Map<String, String> OTHER_FOLDERS =
            Map.of("train", TRAINING, "test", TEST, "validation", DataSet.VALIDATION);

    private Fer2013() {
    }

    static DataSet open(Path path) throws DataSetException {
        if (Files.isRegularFile(path) && DataSetFiles.ending(path).equals("csv")) {
            return dataSet(Fer2013Csv.read(path, path.toString()), () -> { });
        }
        return DataSetFiles.openWith(path, files -> {
            Path top = files.top(CSV, TRAINING, PUBLIC_TEST, PRIVATE_TEST, "train", TEST, DataSet.VALIDATION);
            Path csv = top.resolve(CSV);
            return dataSet(Files.exists(csv) ? Fer2013Csv.read(csv, files.place(csv)) : folders(files, top), files);
        });
    }

    private static List<SampleRef> folders(DataSetFiles files, Path top) throws DataSetException {
        List<Path> inside = files.list(top);
        List<SampleRef> samples = new ArrayList<>();
        for (Path folder : inside) {
            String name = DataSetFiles.name(folder).toLowerCase(Locale.ROOT);
            String split = SPLITS.getOrDefault(name, OTHER_FOLDERS.get(name));
            if (split == null || !Files.isDirectory(folder)) {
                throw new DataSetException("%s: is not part of fer2013; expected %s, or only folders named Training,"
                        + " PublicTest, PrivateTest (or train, test)", files.place(folder), CSV);
            }
            for (SampleRef sample : ClassFolders.read(files, folder, LABELS, split, split + "/")) {
                samples.add(inNamedSplit(sample));
            }
        }
        if (samples.isEmpty()) {
            throw new DataSetException("%s: holds no pictures; expected %s, or folders named Training, PublicTest,"
                    + " PrivateTest (or train, test)", files.place(top), CSV);
        }
        return samples;
    }

    /** The sample in the split that its file's name begins with, if it begins with one. */
    private static SampleRef inNamedSplit(SampleRef sample) throws DataSetException {
        String file = sample.id().substring(sample.id().lastIndexOf('/') + 1);
        String named = SPLITS.get(file.substring(0, Math.max(0, file.indexOf('_'))).toLowerCase(Locale.ROOT));
        if (named == null || named.equals(sample.split())) {
            return sample;
        }
        if (named.equals(TRAINING) || !PARTS_OF_TEST.contains(sample.split())) {
            throw new DataSetException("%s: its name says that it belongs to %s, but it lies in a folder for %s; move it"
                    + " or take the beginning off its name", sample.place(), named, sample.split());
        }
        return sample.inSplit(named);
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
