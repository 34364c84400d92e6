package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * An expression with the probabilities it was chosen from.
 *
 * @param uncertain as in {@link FaceReply}; null also where it is not asked, as for a part of the face
 */
public record ExpressionReading(Expression expression, @JsonInclude(JsonInclude.Include.NON_NULL) Boolean uncertain,
        Probabilities probabilities) {
    public ExpressionReading {
        Checks.requirePresent("expression", expression);
        Checks.requirePresent("probabilities", probabilities);
    }

    public ExpressionReading(Probabilities probabilities) {
        this(probabilities.mostProbable(), null, probabilities);
    }
}
