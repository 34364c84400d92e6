package io.hsaw.local;

import io.hsaw.messaging.Delivery;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Option of the commands that run the services. */
final class DeliveryOption {

    @Option(names = "--delivery", paramLabel = "PROMISE", defaultValue = "exactly-once", converter = Name.class,
            completionCandidates = Names.class,
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); at-least-once is some"
                    + " milliseconds faster, and doubles replies when something fails.")
    Delivery promise;

    /** As it is written on the command line and in settings. */
    static String name(Delivery delivery) {
        return delivery.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Promises by their names. */
    static final class Name implements ITypeConverter<Delivery> {
        @Override
        public Delivery convert(String name) {
            return Arrays.stream(Delivery.values()).filter(delivery -> name(delivery).equals(name)).findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of "
                            + String.join(", ", new Names())));
        }
    }

    /** All names. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Delivery.values()).map(DeliveryOption::name).iterator();
        }
    }
}
