package io.hsaw.facedetector;

import static io.hsaw.contracts.RejectionCode.INVALID_IMAGE;
import static io.hsaw.contracts.RejectionCode.TOO_LARGE;
import static io.hsaw.contracts.RejectionCode.UNSUPPORTED_FORMAT;

import io.hsaw.contracts.FrameLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * A picture file that is worth decoding. Its parts are walked from the first to the last, so that a file which was cut
 * short is noticed: decoders fill what is missing with grey and say nothing.
 *
 * @param bytes the file without what plays no part in its picture
 */
record PictureFile(Format format, byte[] bytes) {

    enum Format { JPEG, PNG, WEBP }

    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    /** Bit in the flags of an extended WebP file. */
    private static final int WEBP_ANIMATION = 0x02;
    /** Progressive JPEGs in use have about ten; each one makes the decoder go over all pixels once more. */
    private static final int MAX_JPEG_SCANS = 100;

    /**
     * Checks a file without decoding it.
     *
     * @throws PictureRejectedException if the bytes are not a complete JPEG, PNG or WebP file within
     *                                  {@link FrameLimits}
     */
    static PictureFile checked(byte[] bytes) throws PictureRejectedException {
        if (bytes.length == 0) {
            throw new PictureRejectedException(INVALID_IMAGE,
                    "the frame is empty: publish the bytes of a picture file");
        }
        if (bytes.length > FrameLimits.MAX_FRAME_BYTES) {
            throw new PictureRejectedException(TOO_LARGE, "the frame has %d bytes, at most %d are allowed: publish a"
                    + " smaller or more strongly compressed picture", bytes.length, FrameLimits.MAX_FRAME_BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length >= 4 && in.getInt(0) >>> 8 == 0xFFD8FF) {
            checkJpeg(in);
            return new PictureFile(Format.JPEG, bytes);
        }
        if (bytes.length >= 8 && in.getLong(0) == PNG_SIGNATURE) {
            return new PictureFile(Format.PNG, checkedPng(in));
        }
        if (bytes.length >= 12 && tag(in, 0).equals("RIFF") && tag(in, 8).equals("WEBP")) {
            checkWebp(in);
            return new PictureFile(Format.WEBP, bytes);
        }
        throw new PictureRejectedException(UNSUPPORTED_FORMAT,
                "the frame is no JPEG, PNG or WebP file: convert it to one of them");
    }

    /** ITU-T T.81, annex B: marker segments, each scan followed by entropy-coded data, up to the end marker. */
    private static void checkJpeg(ByteBuffer in) throws PictureRejectedException {
        boolean sized = false;
        int scans = 0;
        in.position(2);
        while (true) {
            int marker = nextJpegMarker(in);
            if (marker == 0xD9) {
                break;
            }
            require(in.remaining() >= 2, Format.JPEG, "it ends too early");
            int length = in.getShort(in.position()) & 0xFFFF;
            require(length >= 2, Format.JPEG, "a segment has no length");
            require(length <= in.remaining(), Format.JPEG, "it ends too early");
            if (isJpegFrame(marker)) {
                require(!sized, Format.JPEG, "it has two headers");
                require(length >= 8, Format.JPEG, "its header is too short");
                int components = in.get(in.position() + 7);
                require(components == 1 || components == 3 || components == 4, Format.JPEG,
                        "it has neither one, three nor four colour components");
                int height = in.getShort(in.position() + 3) & 0xFFFF;
                int width = in.getShort(in.position() + 5) & 0xFFFF;
                checkSize(Format.JPEG, width, height);
                sized = true;
            }
            in.position(in.position() + length);
            if (marker == 0xDA) {
                require(sized, Format.JPEG, "it has no header");
                require(++scans <= MAX_JPEG_SCANS, Format.JPEG, "it has more than " + MAX_JPEG_SCANS + " scans");
                skipEntropyCodedData(in);
            }
        }
        require(scans > 0, Format.JPEG, "it has no picture data");
    }

    private static int nextJpegMarker(ByteBuffer in) throws PictureRejectedException {
        require(in.remaining() >= 2, Format.JPEG, "it ends too early");
        require((in.get() & 0xFF) == 0xFF, Format.JPEG, "a marker is missing");
        int marker = 0xFF;
        while (marker == 0xFF) {
            require(in.hasRemaining(), Format.JPEG, "it ends too early");
            marker = in.get() & 0xFF;
        }
        require(marker >= 0xC0 && (marker < 0xD0 || marker > 0xD8), Format.JPEG, "a marker is out of place");
        return marker;
    }

    private static boolean isJpegFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    /** Stops before the next marker that is neither a stuffed zero nor a restart. */
    private static void skipEntropyCodedData(ByteBuffer in) throws PictureRejectedException {
        byte[] bytes = in.array();
        for (int at = in.position(); at + 1 < bytes.length; at++) {
            if (bytes[at] == (byte) 0xFF) {
                int next = bytes[at + 1] & 0xFF;
                if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
                    in.position(at);
                    return;
                }
            }
        }
        throw damaged(Format.JPEG, "it ends too early");
    }

    /**
     * PNG specification, section 5: chunks of length, type, data and CRC, from IHDR to IEND. Comments, profiles and the
     * pictures of an animation are left out: packed, they may unpack to gigabytes.
     */
    private static byte[] checkedPng(ByteBuffer in) throws PictureRejectedException {
        ByteBuffer kept = ByteBuffer.allocate(in.limit()).putLong(PNG_SIGNATURE);
        boolean sized = false;
        boolean data = false;
        String type = "";
        in.position(8);
        while (!type.equals("IEND")) {
            require(in.remaining() >= 12, Format.PNG, "it ends too early");
            int start = in.position();
            int length = in.getInt();
            require(length >= 0, Format.PNG, "a chunk has an impossible length");
            require(length <= in.remaining() - 8, Format.PNG, "it ends too early");
            type = tag(in, in.position());
            if (!sized) {
                require(type.equals("IHDR") && length == 13, Format.PNG, "it has no header");
                checkSize(Format.PNG, in.getInt(start + 8), in.getInt(start + 12));
                sized = true;
            }
            CRC32 crc = new CRC32();
            crc.update(in.array(), in.position(), length + 4);
            in.position(in.position() + length + 4);
            require(in.getInt() == (int) crc.getValue(), Format.PNG, "a chunk's checksum is wrong");
            data |= type.equals("IDAT");
            if (Character.isUpperCase(type.charAt(0)) || type.equals("tRNS") || type.equals("eXIf")) {
                kept.put(in.array(), start, length + 12);
            }
        }
        require(data, Format.PNG, "it has no picture data");
        return Arrays.copyOf(kept.array(), kept.position());
    }

    /** WebP container specification: a RIFF file of chunks, the first of which gives the size. */
    private static void checkWebp(ByteBuffer in) throws PictureRejectedException {
        in.order(ByteOrder.LITTLE_ENDIAN);
        require(in.remaining() >= 30, Format.WEBP, "it ends too early");
        switch (tag(in, 12)) {
            case "VP8 " -> checkSize(Format.WEBP, in.getShort(26) & 0x3FFF, in.getShort(28) & 0x3FFF);
            case "VP8L" -> checkSize(Format.WEBP, (in.getInt(21) & 0x3FFF) + 1, (in.getInt(21) >> 14 & 0x3FFF) + 1);
            case "VP8X" -> checkSize(Format.WEBP, (in.getInt(24) & 0xFFFFFF) + 1, (in.getInt(26) >>> 8) + 1);
            default -> throw damaged(Format.WEBP, "it has no header");
        }
        long size = in.getInt(4) & 0xFFFFFFFFL;
        require(size + 8 <= in.limit(), Format.WEBP, "it ends too early");
        if (tag(in, 12).equals("VP8X") && (in.get(20) & WEBP_ANIMATION) != 0) {
            throw new PictureRejectedException(UNSUPPORTED_FORMAT,
                    "the frame is an animated WebP file: publish each of its pictures as a frame of its own");
        }
    }

    private static void checkSize(Format format, int width, int height) throws PictureRejectedException {
        require(width > 0 && height > 0, format, "its header gives no size");
        if ((long) width * height > FrameLimits.MAX_FRAME_PIXELS) {
            throw new PictureRejectedException(TOO_LARGE, "the picture has %d x %d pixels, at most %d in all are"
                    + " allowed: publish it scaled down", width, height, FrameLimits.MAX_FRAME_PIXELS);
        }
    }

    private static String tag(ByteBuffer in, int at) {
        return new String(in.array(), at, 4, StandardCharsets.ISO_8859_1);
    }

    private static void require(boolean condition, Format format, String problem) throws PictureRejectedException {
        if (!condition) {
            throw damaged(format, problem);
        }
    }

    /** The refusal of a damaged file. */
    static PictureRejectedException damaged(Format format, String problem) {
        return new PictureRejectedException(INVALID_IMAGE, "the %s file is damaged, %s: publish the complete file",
                format, problem);
    }
}
