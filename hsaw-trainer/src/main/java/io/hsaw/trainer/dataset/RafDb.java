package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RAF-DB, basic expressions: aligned 100×100 colour face crops in the official layout. Splits {@code train} and
 * {@code test} from the file names; a tenth of train is held out for validation.
 */
final class RafDb {

    static final String NAME = "raf-db";
    static final LabelScheme LABELS = LabelScheme.of(1, Expression.SURPRISE, Expression.FEAR, Expression.DISGUST,
            Expression.HAPPINESS, Expression.SADNESS, Expression.ANGER, Expression.NEUTRAL);

    private static final String TEST = "test";
    private static final String LIST = "EmoLabel/list_patition_label.txt";
    private static final String PICTURES = "Image/aligned";
    private static final Pattern LINE = Pattern.compile("(train|test)_(\\d+)\\.jpg\\s+(\\S+)\\s*");

    private RafDb() {
    }

    static DataSet open(Path path) throws DataSetException {
        return DataSetFiles.openWith(path, files -> {
            Path top = files.top("basic", "EmoLabel", "Image");
            Path basic = Files.exists(top.resolve("basic")) ? top.resolve("basic") : top;
            if (!Files.exists(basic.resolve(LIST)) || !Files.isDirectory(basic.resolve(PICTURES))) {
                throw new DataSetException("%s: expected RAF-DB's own layout, basic/%s and basic/%s/; found %s",
                        files.place(top), LIST, PICTURES, files.describe(top));
            }
            List<SampleRef> samples = samples(files, basic);
            boolean tested = samples.stream().anyMatch(sample -> sample.split().equals(TEST));
            return new DataSet(NAME, LABELS, samples,
                    new DataSet.Roles(DataSet.TRAIN, DataSet.TRAIN, null, tested ? TEST : DataSet.VALIDATION), files);
        });
    }

    private static List<SampleRef> samples(DataSetFiles files, Path basic) throws DataSetException {
        Path list = basic.resolve(LIST);
        Set<String> unlisted = new HashSet<>();
        files.pictures(basic.resolve(PICTURES)).forEach(picture -> unlisted.add(DataSetFiles.name(picture)));

        List<SampleRef> samples = new ArrayList<>();
        List<String> lines = files.lines(list);
        for (int i = 0; i < lines.size(); i++) {
            String place = files.place(list) + " line " + (i + 1);
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new DataSetException("%s: expected a line such as \"train_00001.jpg 5\", found \"%s\"", place,
                        lines.get(i));
            }
            Expression label = LABELS.ofCode(line.group(3)).orElseThrow(() -> new DataSetException(
                    "%s: expected one of the labels %s, found %s", place, LABELS.describeCodes(), line.group(3)));
            String id = line.group(1) + "_" + line.group(2);
            Path picture = basic.resolve(PICTURES).resolve(id + "_aligned.jpg");
            if (!unlisted.remove(DataSetFiles.name(picture))) {
                throw new DataSetException("%s: expected the picture %s, which is missing or listed twice", place,
                        files.place(picture));
            }
            samples.add(new SampleRef(id, label, line.group(1), true, null, files.place(picture),
                    () -> Files.readAllBytes(picture)));
        }
        if (lines.isEmpty()) {
            throw new DataSetException("%s: expected a line for each picture, found none", files.place(list));
        }
        if (!unlisted.isEmpty()) {
            throw new DataSetException("%s: expected a line for each picture in %s, found none for %s and %d others",
                    files.place(list), PICTURES, unlisted.stream().min(Comparator.naturalOrder()).orElseThrow(),
                    unlisted.size() - 1);
        }
        samples.sort(Comparator.comparing(SampleRef::id));
        return samples;
    }
}
