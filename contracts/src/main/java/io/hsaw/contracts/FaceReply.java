package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One face in a reply.
 *
 * @param trackId       the same for the same face in successive frames of a camera, by place, never by identity;
 *                      unique within its camera
 * @param box           in pixels of the upright published picture
 * @param keyPoints     likewise; named by the person's own left and right
 * @param confidence    of the detector, 0 to 1
 * @param roll          degrees, clockwise in the picture
 * @param yaw           degrees, towards the person's own left
 * @param expression    the most probable by the fused prediction P of equation (6)
 * @param uncertain     whether that one's probability is too low to be relied on; null where nothing says how low that is
 * @param probabilities softmax of P
 * @param halves        what left, right and whole show by themselves
 * @param smoothed      the track's expression over time
 */
public record FaceReply(String trackId, Box box, KeyPoints keyPoints, double confidence, double roll, double yaw,
        Expression expression, @JsonInclude(JsonInclude.Include.NON_NULL) Boolean uncertain, Probabilities probabilities,
        HalvesReading halves, ExpressionReading smoothed) {
    public FaceReply {
        Checks.requireText("trackId", trackId, FrameLimits.MAX_TRACK_ID_LENGTH);
        Checks.requirePresent("box", box);
        Checks.requirePresent("keyPoints", keyPoints);
        Checks.requireShare("confidence", confidence);
        Checks.requireFinite("roll", roll);
        Checks.requireFinite("yaw", yaw);
        Checks.requirePresent("expression", expression);
        Checks.requirePresent("probabilities", probabilities);
        Checks.requirePresent("halves", halves);
        Checks.requirePresent("smoothed", smoothed);
    }
}
