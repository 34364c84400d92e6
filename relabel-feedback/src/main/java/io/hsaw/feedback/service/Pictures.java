package io.hsaw.feedback.service;

/** Tells kinds of pictures by their first bytes: what a record says of itself is not relied on in a browser. */
final class Pictures {

    private Pictures() {
    }

    static String mediaType(byte[] picture) {
        return begins(picture, 0, 0xFF, 0xD8, 0xFF) ? "image/jpeg"
                : begins(picture, 0, 0x89, 'P', 'N', 'G') ? "image/png"
                : begins(picture, 0, 'R', 'I', 'F', 'F') && begins(picture, 8, 'W', 'E', 'B', 'P') ? "image/webp"
                : "application/octet-stream";
    }

    private static boolean begins(byte[] picture, int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (picture.length <= at + i || picture[at + i] != (byte) bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
