package io.hsaw.sources;

import java.time.Duration;

/**
 * One frame out of a source.
 *
 * @param name        of the file it comes from, within the folder that was opened if it was one
 * @param bytes       an encoded picture; a still's own bytes, which may be anything
 * @param contentType as far as the file's name tells, such as {@code image/jpeg}
 * @param position    time in the video; null for a still
 */
public record SourceFrame(String name, byte[] bytes, String contentType, Duration position) {
}
