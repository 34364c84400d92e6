package io.hsaw.facedetector;

import io.hsaw.contracts.RgbImage;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Decodes many damaged pictures in a process of its own, because what goes wrong in a native decoder may end the
 * process. Arguments: number of inputs, seed. Ends with status 0 if each was decoded or refused.
 */
final class DecodeFuzz {

    private final Random random;
    private final byte[][] files;

    private DecodeFuzz(long seed) throws PictureRejectedException {
        random = new Random(seed);
        RgbImage image = TestPictures.blocks(17, 9);
        byte[] palette = TestPictures.pngChunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
        files = new byte[][] {
            TestPictures.jpeg(image),
            TestPictures.progressiveJpeg(image),
            TestPictures.jpegWithOrientation(TestPictures.jpeg(image), 6),
            TestPictures.png(image),
            TestPictures.pngWithOrientation(TestPictures.png(image), 8),
            TestPictures.png(2, 1, 8, 3, new byte[] {0, 1, 0}, palette, TestPictures.pngChunk("tRNS", new byte[] {0})),
            TestPictures.webp(image),
            TestPictures.losslessWebp(image),
            TestPictures.webpWithOrientation(TestPictures.webp(image), 5, 17, 9),
        };
    }

    public static void main(String[] args) throws PictureRejectedException {
        long seed = Long.parseLong(args[1]);
        DecodeFuzz fuzz = new DecodeFuzz(seed);
        Map<PictureFile.Format, Integer> decoded = new EnumMap<>(PictureFile.Format.class);
        for (int i = 0; i < Integer.parseInt(args[0]); i++) {
            byte[] input = fuzz.next();
            try (Picture picture = Picture.decode(input)) {
                if (picture.width() <= 0 || picture.height() <= 0) {
                    throw new IllegalStateException("an empty picture");
                }
                decoded.merge(PictureFile.checked(input).format(), 1, Integer::sum);
            } catch (PictureRejectedException e) {
                if (e.getMessage().isBlank()) {
                    throw new IllegalStateException("a refusal without a reason");
                }
            } catch (RuntimeException e) {
                throw new IllegalStateException(String.format(Locale.ROOT, "input %d of seed %d", i, seed), e);
            }
        }
        if (decoded.size() < PictureFile.Format.values().length) {
            throw new IllegalStateException("too few inputs reach the decoders: " + decoded);
        }
    }

    private byte[] next() {
        if (random.nextInt(20) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] file = files[random.nextInt(files.length)].clone();
        switch (random.nextInt(5)) {
            case 0 -> file = Arrays.copyOf(file, random.nextInt(file.length + 20));
            case 1 -> file = spliced(file, files[random.nextInt(files.length)]);
            default -> change(file);
        }
        return file;
    }

    private void change(byte[] file) {
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(3)) {
                case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[at] = (byte) random.nextInt();
                default -> file[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
            }
        }
        if (random.nextInt(4) != 0) {
            TestPictures.repairChecksums(file);
        }
    }

    private byte[] spliced(byte[] head, byte[] tail) {
        int cut = random.nextInt(head.length);
        int from = random.nextInt(tail.length);
        return TestPictures.join(Arrays.copyOf(head, cut), Arrays.copyOfRange(tail, from, tail.length));
    }
}
