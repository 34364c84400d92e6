package io.hsaw.contracts;

/** An expression with the probabilities it was chosen from. */
public record ExpressionReading(Expression expression, Probabilities probabilities) {
    public ExpressionReading {
        Checks.requirePresent("expression", expression);
        Checks.requirePresent("probabilities", probabilities);
    }

    public ExpressionReading(Probabilities probabilities) {
        this(probabilities.mostProbable(), probabilities);
    }
}
