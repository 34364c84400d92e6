package io.hsaw.messaging;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Says once at the start which settings are in force, without those that are secret. */
@ApplicationScoped
class StartLog {

    private static final Logger LOG = Logger.getLogger(StartLog.class);
    private static final List<String> SHOWN = List.of("hsaw.", "kafka.", "quarkus.management.");
    private static final List<String> SECRET = List.of("password", "secret", "token", "key", "jaas", "credential");

    private final Config config;

    StartLog(Config config) {
        this.config = config;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        LOG.infof("settings: %s", settings(config));
    }

    /** {@code name=value} of each setting of the services, of Kafka's clients and of the management port, by name. */
    static String settings(Config config) {
        return new TreeSet<>(StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> SHOWN.stream().anyMatch(name::startsWith)).toList()).stream()
                .flatMap(name -> config.getOptionalValue(name, String.class).stream()
                        .map(value -> name + "=" + (secret(name) ? "(hidden)" : value)))
                .collect(Collectors.joining(" "));
    }

    private static boolean secret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(lower::contains);
    }
}
