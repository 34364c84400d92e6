package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * ExpW: photos of whole scenes with boxes of labelled faces in {@code label.lst} (picture, face number, top, left,
 * right, bottom, confidence, label). It has no parts of its own; for training a tenth is held out.
 */
final class ExpW {

    static final String NAME = "expw";
    static final LabelScheme LABELS = LabelScheme.of(0, Expression.ANGER, Expression.DISGUST, Expression.FEAR,
            Expression.HAPPINESS, Expression.SADNESS, Expression.SURPRISE, Expression.NEUTRAL);

    private static final String LIST = "label.lst";
    private static final List<String> PICTURE_FOLDERS = List.of("Images", "origin");
    private static final int MAX_COORDINATE_DIGITS = 6;
    private static final String NUMBER = "\\s+(-?\\d{1," + MAX_COORDINATE_DIGITS + "})";
    private static final Pattern LINE = Pattern.compile(
            "([^/\\\\]+?)" + NUMBER + NUMBER + NUMBER + NUMBER + NUMBER + "\\s+[0-9.eE+-]+\\s+(\\S+)\\s*");

    private ExpW() {
    }

    static DataSet open(Path path) throws DataSetException {
        return DataSetFiles.openWith(path, files -> {
            Path top = files.top(LIST, "label", "Images", "origin");
            Path list = Stream.of(top.resolve(LIST), top.resolve("label").resolve(LIST)).filter(Files::exists)
                    .findFirst().orElse(null);
            Path pictures = PICTURE_FOLDERS.stream().map(top::resolve).filter(Files::isDirectory).findFirst()
                    .orElse(null);
            if (list == null || pictures == null) {
                throw new DataSetException("%s: expected %s (or label/%s) and pictures in Images/ or origin/; found %s",
                        files.place(top), LIST, LIST, files.describe(top));
            }
            return new DataSet(NAME, LABELS, samples(files, list, pictures),
                    new DataSet.Roles(DataSet.ALL, DataSet.TRAIN, null, DataSet.ALL), files);
        });
    }

    private static List<SampleRef> samples(DataSetFiles files, Path list, Path pictures) throws DataSetException {
        List<SampleRef> samples = new ArrayList<>();
        List<String> lines = files.lines(list);
        for (int i = 0; i < lines.size(); i++) {
            String place = files.place(list) + " line " + (i + 1);
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new DataSetException("%s: expected \"picture face-number top left right bottom confidence"
                        + " label\", found \"%s\"", place, lines.get(i));
            }
            String code = line.group(7);
            Expression label = LABELS.ofCode(code).orElseThrow(() -> new DataSetException(
                    "%s: expected one of the labels %s, found %s", place, LABELS.describeCodes(), code));
            Path picture = pictures.resolve(line.group(1));
            if (!Files.isRegularFile(picture)) {
                throw new DataSetException("%s: expected the picture %s, which is missing", place,
                        files.place(picture));
            }
            samples.add(new SampleRef(line.group(1) + "#" + line.group(2), label, DataSet.ALL, false,
                    box(line, place), files.place(picture), () -> Files.readAllBytes(picture)));
        }
        if (samples.isEmpty()) {
            throw new DataSetException("%s: expected a line for each labelled face, found none", files.place(list));
        }
        samples.sort(Comparator.comparing(SampleRef::id));
        return samples;
    }

    private static Box box(Matcher line, String place) throws DataSetException {
        int top = Integer.parseInt(line.group(3));
        int left = Integer.parseInt(line.group(4));
        int right = Integer.parseInt(line.group(5));
        int bottom = Integer.parseInt(line.group(6));
        if (right <= left || bottom <= top) {
            throw new DataSetException("%s: expected a box with left < right and top < bottom, found %s", place,
                    String.format(Locale.ROOT, "top %d, left %d, right %d, bottom %d", top, left, right, bottom));
        }
        return new Box(left, top, right - left, bottom - top);
    }
}
