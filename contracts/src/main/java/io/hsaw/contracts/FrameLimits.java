package io.hsaw.contracts;

/**
 * Limits that hold for every frame, so that each hop's record stays below the broker's by construction:
 * {@link #MAX_FACES} crops of at most {@link #MAX_CROP_SIDE}² RGB pixels make 12.6 MB, as many half-face pairs
 * at most 2.5 MB.
 */
public final class FrameLimits {

    /** A picture's encoded size in bytes. */
    public static final int MAX_FRAME_BYTES = 4 << 20;
    /** A picture's size in pixels, read from its header before it is decoded. */
    public static final long MAX_FRAME_PIXELS = 40_000_000;
    /** Faces read per frame; the largest are kept. */
    public static final int MAX_FACES = 16;
    /** Tracks kept per camera: four full frames of them. */
    public static final int MAX_TRACKS = 4 * MAX_FACES;
    /** Longest side in pixels of a face crop on {@code faces}. */
    public static final int MAX_CROP_SIDE = 512;
    /** Greatest height in pixels of a half face on {@code half-faces}: the network's input size. */
    public static final int MAX_HALF_FACE_HEIGHT = 224;
    /** Greatest size of a record on any topic, in bytes. */
    public static final int MAX_RECORD_BYTES = 16 << 20;
    /** Named stages with a timing. */
    public static final int MAX_TIMINGS = 32;
    /** Longest camera id and frame id, in characters. */
    public static final int MAX_ID_LENGTH = 200;
    /** Longest track id, in characters: camera id, frame id and a number. */
    public static final int MAX_TRACK_ID_LENGTH = 2 * MAX_ID_LENGTH + 20;

    private FrameLimits() {
    }
}
