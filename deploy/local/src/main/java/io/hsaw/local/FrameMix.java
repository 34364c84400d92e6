package io.hsaw.local;

import io.hsaw.sources.PanZoomSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Small frames of all kinds, made from the pictures that come with hsaw, in an order that only a seed decides. Broken
 * ones are of each kind alike.
 */
final class FrameMix {

    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    /** Different pictures of each kind; those of one face show the two portraits in turn. */
    private static final int VARIANTS = 8;
    /** So coarse that nothing of a face stays. */
    private static final int BLURRED_WIDTH = 4;
    private static final int BLURRED_HEIGHT = 3;
    private static final FrameKind[] BROKEN = {FrameKind.TRUNCATED, FrameKind.NO_PICTURE, FrameKind.OTHER_FORMAT};

    private static final double ROUNDING = 1e-9;

    static {
        // these pictures are in memory: no files where there may be no room for any
        ImageIO.setUseCache(false);
    }

    private final Random random;
    private final double oneFace;
    private final double severalFaces;
    private final double broken;
    private final Map<FrameKind, List<Picture>> pictures = new EnumMap<>(FrameKind.class);

    /** @param bytes as they are published */
    record Picture(FrameKind kind, String contentType, byte[] bytes) {
    }

    /**
     * @param seed         the same for the same order
     * @param oneFace      share of frames with one face, 0 to 1
     * @param severalFaces share of frames with several
     * @param broken       share of broken frames; the rest shows no face
     */
    FrameMix(long seed, double oneFace, double severalFaces, double broken) {
        if (!(oneFace >= 0 && severalFaces >= 0 && broken >= 0
                && oneFace + severalFaces + broken <= 1 + ROUNDING)) {
            throw new IllegalArgumentException("shares of " + oneFace + ", " + severalFaces + " and " + broken
                    + " are none or more than all");
        }
        this.random = new Random(seed);
        this.oneFace = oneFace;
        this.severalFaces = severalFaces;
        this.broken = broken;
        for (FrameKind kind : FrameKind.values()) {
            pictures.put(kind, new ArrayList<>());
        }
        try (PanZoomSource one = PanZoomSource.demo(WIDTH, HEIGHT, 1);
                PanZoomSource narrow = PanZoomSource.demo(WIDTH / 2, HEIGHT, 1)) {
            for (int i = 0; i < VARIANTS; i++) {
                // one frame a second and eight seconds a portrait: every other variant shows the other one
                int shown = 9 * i;
                byte[] face = one.frame(shown).bytes();
                BufferedImage picture = decoded(face);
                add(FrameKind.ONE_FACE, "image/jpeg", face);
                add(FrameKind.POISON, "image/jpeg", face);
                add(FrameKind.TRUNCATED, "image/jpeg", Arrays.copyOf(face, face.length / 2));
                add(FrameKind.SEVERAL_FACES, "image/jpeg", encoded(besideEachOther(
                        decoded(narrow.frame(shown).bytes()), decoded(narrow.frame(shown + 8).bytes())), "jpg"));
                add(FrameKind.NO_FACE, "image/jpeg",
                        encoded(scaled(scaled(picture, BLURRED_WIDTH, BLURRED_HEIGHT), WIDTH, HEIGHT), "jpg"));
                add(FrameKind.NO_PICTURE, "text/plain", ("text " + i).getBytes(StandardCharsets.UTF_8));
                add(FrameKind.OTHER_FORMAT, "image/gif", encoded(picture, "gif"));
            }
        }
    }

    private void add(FrameKind kind, String contentType, byte[] bytes) {
        pictures.get(kind).add(new Picture(kind, contentType, bytes));
    }

    /** The next frame. */
    Picture next() {
        double place = random.nextDouble();
        if (place < oneFace) {
            return of(FrameKind.ONE_FACE);
        }
        if (place < oneFace + severalFaces) {
            return of(FrameKind.SEVERAL_FACES);
        }
        return of(place < oneFace + severalFaces + broken ? BROKEN[random.nextInt(BROKEN.length)] : FrameKind.NO_FACE);
    }

    /** Any frame of a kind. */
    Picture of(FrameKind kind) {
        List<Picture> choice = pictures.get(kind);
        return choice.get(random.nextInt(choice.size()));
    }

    /** All frames that there are. */
    List<Picture> all() {
        return pictures.values().stream().flatMap(List::stream).toList();
    }

    private static BufferedImage besideEachOther(BufferedImage left, BufferedImage right) {
        BufferedImage both = new BufferedImage(left.getWidth() + right.getWidth(), left.getHeight(),
                BufferedImage.TYPE_INT_RGB);
        both.createGraphics().drawImage(left, 0, 0, null);
        both.createGraphics().drawImage(right, left.getWidth(), 0, null);
        return both;
    }

    private static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        result.createGraphics().drawImage(picture.getScaledInstance(width, height, BufferedImage.SCALE_SMOOTH), 0, 0,
                null);
        return result;
    }

    private static BufferedImage decoded(byte[] picture) {
        try {
            return ImageIO.read(new ByteArrayInputStream(picture));
        } catch (IOException e) {
            throw new UncheckedIOException("a picture that comes with hsaw cannot be decoded", e);
        }
    }

    private static byte[] encoded(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, bytes)) {
                throw new IllegalStateException("this Java writes no " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
