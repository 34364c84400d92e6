package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * {@code fer2013.csv}: columns {@code emotion,pixels,Usage}, in any order; pixels are 48×48 grey levels parted by
 * blanks. Kept in memory as bytes (83 MB for all 35,887); given out as PNG, which loses nothing.
 */
final class Fer2013Csv {

    private static final int SIDE = 48;
    /** What some editors put before the first character of a file. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String place;
    private final int emotionColumn;
    private final int pixelsColumn;
    private final int usageColumn;

    private Fer2013Csv(String place, String header) throws DataSetException {
        this.place = place;
        List<String> columns = fields(header).stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
        this.emotionColumn = columns.indexOf("emotion");
        this.pixelsColumn = columns.indexOf("pixels");
        this.usageColumn = columns.indexOf("usage");
        if (columns.size() != 3 || emotionColumn < 0 || pixelsColumn < 0 || usageColumn < 0) {
            throw new DataSetException("%s line 1: expected the columns emotion,pixels,Usage, found %s", place,
                    header.isEmpty() ? "nothing" : String.join(",", columns.subList(0, Math.min(5, columns.size()))));
        }
    }

    /** @param place how messages name the file */
    static List<SampleRef> read(Path file, String place) throws DataSetException {
        List<SampleRef> samples = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = lines.readLine();
            Fer2013Csv csv = new Fer2013Csv(place, header == null ? "" : header.replace(BYTE_ORDER_MARK, ""));
            number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    samples.add(csv.sample(line, number));
                }
            }
        } catch (DataSetException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new DataSetException(e, "%s after line %d: expected text in UTF-8, found other bytes", place, number);
        } catch (IOException e) {
            throw new DataSetException(e, "%s after line %d: cannot be read: %s", place, number, e.getMessage());
        }
        if (samples.isEmpty()) {
            throw new DataSetException("%s: holds no pictures; expected a line for each after the first", place);
        }
        return samples;
    }

    private SampleRef sample(String line, int number) throws DataSetException {
        List<String> fields = fields(line);
        if (fields.size() != 3) {
            throw new DataSetException("%s line %d: expected 3 fields (emotion, pixels, Usage), found %d; is the file"
                    + " cut short?", place, number, fields.size());
        }
        String code = fields.get(emotionColumn);
        Expression label = Fer2013.LABELS.ofCode(code).orElseThrow(() -> new DataSetException(
                "%s line %d: expected one of the labels %s, found %s", place, number, Fer2013.LABELS.describeCodes(),
                code));
        String usage = fields.get(usageColumn);
        String split = Fer2013.SPLITS.get(usage.toLowerCase(Locale.ROOT));
        if (split == null) {
            throw new DataSetException("%s line %d: expected Training, PublicTest or PrivateTest, found %s", place,
                    number, usage);
        }
        byte[] grey = pixels(fields.get(pixelsColumn), number);
        // zero-padded, so that samples stay in the order of the lines
        return new SampleRef(String.format(Locale.ROOT, "%s/%06d", split, number), label, split, true, null,
                place + " line " + number, () -> png(grey));
    }

    private byte[] pixels(String text, int number) throws DataSetException {
        byte[] grey = new byte[SIDE * SIDE];
        int count = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    throw new DataSetException("%s line %d: expected pixels from 0 to 255, found %d...", place, number,
                            value);
                }
            } else if (c == ' ') {
                if (value >= 0 && count++ < grey.length) {
                    grey[count - 1] = (byte) value;
                }
                value = -1;
            } else {
                throw new DataSetException("%s line %d: expected pixels as numbers parted by blanks, found '%s'", place,
                        number, c);
            }
        }
        if (count != grey.length) {
            throw new DataSetException("%s line %d: expected %d pixels (%d x %d), found %d; is the file cut short?",
                    place, number, grey.length, SIDE, SIDE, count);
        }
        return grey;
    }

    /** None of the fields may hold a comma, so quotes need no more than taking off. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(",", -1)) {
            String text = field.strip();
            boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
            fields.add(quoted ? text.substring(1, text.length() - 1) : text);
        }
        return fields;
    }

    private static byte[] png(byte[] grey) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, SIDE, SIDE, grey);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
