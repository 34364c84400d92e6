package io.hsaw.local;

import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The pictures that come with the project, one frontal face each, and what can be made of them. */
final class TestPictures {

    static final List<String> NAMES = List.of("astronaut.png", "grace_hopper.jpg");

    private static final Path FOLDER =
            Path.of(System.getProperty("hsaw.root"), "face-detector", "src", "test", "resources", "pictures");

    private TestPictures() {
    }

    static Path path(String name) {
        return FOLDER.resolve(name);
    }

    static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    /** As PNG, so that nothing is lost. */
    static byte[] png(String name) throws IOException {
        return png(read(name));
    }

    /** With left and right exchanged, as PNG. */
    static byte[] flipped(String name) throws IOException {
        BufferedImage picture = read(name);
        AffineTransform flip = AffineTransform.getScaleInstance(-1, 1);
        flip.translate(-picture.getWidth(), 0);
        return png(transformed(picture, flip, AffineTransformOp.TYPE_NEAREST_NEIGHBOR));
    }

    /** Turned about its centre, clockwise, as PNG; what comes in at the corners is black. */
    static byte[] turned(String name, double degrees) throws IOException {
        BufferedImage picture = read(name);
        AffineTransform turn = AffineTransform.getRotateInstance(Math.toRadians(degrees), picture.getWidth() / 2.0,
                picture.getHeight() / 2.0);
        return png(transformed(picture, turn, AffineTransformOp.TYPE_BICUBIC));
    }

    static int width(String name) throws IOException {
        return read(name).getWidth();
    }

    private static BufferedImage read(String name) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes(name)));
        BufferedImage rgb = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        rgb.createGraphics().drawImage(picture, 0, 0, null);
        return rgb;
    }

    private static BufferedImage transformed(BufferedImage picture, AffineTransform transform, int interpolation) {
        BufferedImage result = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        new AffineTransformOp(transform, interpolation).filter(picture, result);
        return result;
    }

    private static byte[] png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
    }
}
