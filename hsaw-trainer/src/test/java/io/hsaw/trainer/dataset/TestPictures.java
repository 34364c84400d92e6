package io.hsaw.trainer.dataset;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Pictures and small data sets made for tests. */
public final class TestPictures {

    private TestPictures() {
    }

    /** Grey noise, 48×48: a picture without a face, of its own for each seed. */
    public static BufferedImage noise(long seed) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = new byte[48 * 48];
        new Random(seed).nextBytes(pixels);
        image.getRaster().setDataElements(0, 0, 48, 48, pixels);
        return image;
    }

    public static BufferedImage plain(Color color) {
        return canvas(48, 48, color);
    }

    public static BufferedImage canvas(int width, int height, Color color) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return image;
    }

    /** A photo of one person, 512×600, whose face is at about (180, 120) to (300, 260). */
    public static byte[] graceHopper() {
        try (InputStream in = TestPictures.class.getResourceAsStream("/pictures/grace_hopper.jpg")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static BufferedImage graceHopperImage() {
        try {
            return ImageIO.read(new ByteArrayInputStream(graceHopper()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PNG, which loses nothing. */
    public static byte[] png(BufferedImage image) {
        return encoded(image, "png");
    }

    public static byte[] jpeg(BufferedImage image) {
        return encoded(image, "jpg");
    }

    private static byte[] encoded(BufferedImage image, String format) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file and the folders it lies in. */
    public static Path write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    public static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Packs a folder, its contents at the archive's top. */
    public static Path zip(Path folder, Path archive) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        return archive;
    }
}
