package io.hsaw.trainer.robustness;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What may be against a reader of faces. */
public enum Kind {

    /** A Gaussian blur. */
    BLUR("sigma of the blur, in pixels of a face 224 wide"),
    /** Less light, without noise. */
    DARKNESS("share of the light that is left"),
    /** Compression. */
    JPEG("quality"),
    /** No colour. */
    GREY("luma only"),
    /** Near infrared, as far as a visible picture can tell. */
    INFRARED("infrared-like with noise of so many levels"),
    /** The picture turned in its plane. */
    ROLL("degrees"),
    /** The head turned to the side, as the samples are. */
    SIDE_VIEW("degrees of yaw, either way"),
    /** A part of the face covered with grey. */
    OCCLUSION("share of the face's square that is covered"),
    /** Fewer pixels; smaller faces stay as they are. */
    SIZE("width of the face in pixels, at most");

    private final String levels;

    Kind(String levels) {
        this.levels = levels;
    }

    /** The name in files and tables. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the levels are. */
    String levels() {
        return levels;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return label();
    }
}
