package io.hsaw.sources;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a file is, told by its name, and where the name does not tell, by its first bytes. */
final class FileKind {

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private static final Map<String, String> PICTURE_TYPES = Map.ofEntries(
            Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"), Map.entry("png", "image/png"),
            Map.entry("webp", "image/webp"), Map.entry("gif", "image/gif"), Map.entry("bmp", "image/bmp"),
            Map.entry("tif", "image/tiff"), Map.entry("tiff", "image/tiff"), Map.entry("heic", "image/heic"),
            Map.entry("avif", "image/avif"));

    private static final Set<String> VIDEO_NAMES =
            Set.of("mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "wmv", "flv", "ogv", "3gp", "mjpeg");

    private FileKind() {
    }

    static boolean hasPictureName(Path file) {
        return PICTURE_TYPES.containsKey(extension(file));
    }

    static boolean hasVideoName(Path file) {
        return VIDEO_NAMES.contains(extension(file));
    }

    /** Whether the file begins as JPEG, PNG or WebP files do. */
    static boolean beginsAsPicture(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(12);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.startsWith("\u00FF\u00D8\u00FF") || text.startsWith("\u0089PNG")
                || text.startsWith("RIFF") && text.endsWith("WEBP");
    }

    static String contentType(Path file) {
        return PICTURE_TYPES.getOrDefault(extension(file), UNKNOWN_TYPE);
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
