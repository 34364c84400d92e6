package io.hsaw.local;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * Logs of the commands that run without Quarkus. Until Quarkus sets up logging its log manager keeps every message in
 * memory, so these commands give it a handler of their own; where Quarkus starts later it puts its handlers in place of
 * this one.
 */
final class Logs {

    private static final String FORMAT = "%d{HH:mm:ss} %-5p [%c{2.}] %s%e%n";

    /** System property that is true after {@link #showDetails}. */
    static final String DETAILS = "hsaw.debug";

    /** Held, because a logger that nobody holds may lose its level. */
    private static final Logger KAFKA_CLIENTS = Logger.getLogger("org.apache.kafka");
    private static final Logger KAFKA_BROKER = Logger.getLogger("kafka");

    private Logs() {
    }

    /** Warnings and worse go to standard error; of Kafka only errors, for the commands say themselves what it means. */
    static void toStandardError() {
        Logger.getLogger("").setLevel(Level.WARNING);
        KAFKA_CLIENTS.setLevel(Level.SEVERE);
        KAFKA_BROKER.setLevel(Level.SEVERE);
        InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {
                new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(FORMAT))});
    }

    /** For {@code --debug}: information of everything, Kafka's warnings, also of the services. */
    static void showDetails() {
        System.setProperty(DETAILS, "true");
        Logger.getLogger("").setLevel(Level.INFO);
        KAFKA_CLIENTS.setLevel(Level.WARNING);
        KAFKA_BROKER.setLevel(Level.WARNING);
        System.setProperty("quarkus.log.category.\"org.apache.kafka\".level", "WARN");
        System.setProperty("quarkus.log.category.\"kafka\".level", "WARN");
        System.setProperty("quarkus.log.category.\"io.hsaw\".level", "DEBUG");
    }
}
