package io.hsaw.feedback.capture;

import io.hsaw.contracts.CameraSettings;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A face that a camera saw, as a sample without a label.
 *
 * @param frame   what is said of it
 * @param picture its crop as JPEG
 */
record CapturedFace(LabeledFrame frame, byte[] picture) {

    /** The data set of all of them. */
    static final String DATA_SET = "captured";
    static final String CONTENT_TYPE = "image/jpeg";

    private static final float QUALITY = 0.95f;

    /** The faces of a frame. The same frame gives the same samples. */
    static List<CapturedFace> of(Faces faces, CameraSettings consent, Instant now) {
        Instant expires = now.plus(Duration.ofDays(consent.capture().keepDays()));
        LabeledFrame.Capture capture = new LabeledFrame.Capture(faces.frame().cameraId(), consent.capture().reason(),
                expires, consent.consentedSince());
        List<CapturedFace> captured = new ArrayList<>();
        for (int i = 0; i < faces.faces().size(); i++) {
            String place = faces.frame().cameraId() + "/" + faces.frame().frameId() + "/" + i;
            String id = DATA_SET + "/" + UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8));
            captured.add(new CapturedFace(new LabeledFrame(id, DATA_SET, null, null, true, null, capture),
                    jpeg(faces.faces().get(i).crop())));
        }
        return captured;
    }

    private static byte[] jpeg(RgbImage crop) {
        BufferedImage image = new BufferedImage(crop.width(), crop.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[crop.width() * crop.height()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (crop.pixels()[3 * i] & 255) << 16 | (crop.pixels()[3 * i + 1] & 255) << 8
                    | crop.pixels()[3 * i + 2] & 255;
        }
        image.setRGB(0, 0, crop.width(), crop.height(), pixels, 0, crop.width());
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
