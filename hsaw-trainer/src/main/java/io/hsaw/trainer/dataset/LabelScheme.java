package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A data set's classes: their numeric codes and the names they go by.
 *
 * @param firstCode the code of the first class
 * @param classes   in the order of their codes
 * @param names     lower-case names, the data set's own and their aliases
 */
public record LabelScheme(int firstCode, List<Expression> classes, Map<String, Expression> names) {

    /** The names in use for the seven expressions, in all their forms. */
    private static final Map<String, Expression> COMMON_NAMES = commonNames();

    public LabelScheme {
        classes = List.copyOf(classes);
        names = Map.copyOf(names);
    }

    /** A scheme with these codes and the usual names. */
    static LabelScheme of(int firstCode, Expression... classes) {
        return new LabelScheme(firstCode, List.of(classes), COMMON_NAMES);
    }

    /** The class of a numeric code, empty if there is none. */
    Optional<Expression> ofCode(String text) {
        for (int i = 0; i < classes.size(); i++) {
            if (String.valueOf(firstCode + i).equals(text)) {
                return Optional.of(classes.get(i));
            }
        }
        return Optional.empty();
    }

    /** The class of a name, in any case; empty if there is none. */
    Optional<Expression> ofName(String name) {
        return Optional.ofNullable(names.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The codes and their classes, for messages. */
    String describeCodes() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < classes.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(firstCode + i).append(' ').append(classes.get(i).label());
        }
        return text.toString();
    }

    /** The names of each class, for messages. */
    String describeNames() {
        return classes.stream()
                .map(c -> names.entrySet().stream().filter(e -> e.getValue() == c).map(Map.Entry::getKey).sorted()
                        .collect(Collectors.joining("/")))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Expression> commonNames() {
        Map<String, Expression> names = new LinkedHashMap<>();
        put(names, Expression.ANGER, "anger", "angry");
        put(names, Expression.DISGUST, "disgust", "disgusted");
        put(names, Expression.FEAR, "fear", "fearful", "afraid");
        put(names, Expression.HAPPINESS, "happiness", "happy");
        put(names, Expression.SADNESS, "sadness", "sad");
        put(names, Expression.SURPRISE, "surprise", "surprised");
        put(names, Expression.NEUTRAL, "neutral");
        return names;
    }

    private static void put(Map<String, Expression> names, Expression expression, String... aliases) {
        for (String alias : aliases) {
            names.put(alias, expression);
        }
    }
}
