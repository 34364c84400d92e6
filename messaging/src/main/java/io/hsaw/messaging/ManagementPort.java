package io.hsaw.messaging;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Looks before the start whether the management port is free: Quarkus says of one that is not only where it failed. */
@ApplicationScoped
class ManagementPort {

    private final boolean enabled;
    private final String host;
    private final int port;

    ManagementPort(@ConfigProperty(name = "quarkus.management.host-enabled", defaultValue = "true") boolean enabled,
            @ConfigProperty(name = "quarkus.management.host") String host,
            @ConfigProperty(name = "quarkus.management.port", defaultValue = "9000") int port) {
        this.enabled = enabled;
        this.host = host;
        this.port = port;
    }

    void start(@Observes @Priority(2) StartupEvent event) {
        if (enabled && LaunchMode.current() != LaunchMode.TEST) {
            requireFree(host, port);
        }
    }

    /** @throws ConfigurationException if nothing can listen there */
    static void requireFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("Management port " + port + " of " + host + " cannot be used ("
                    + e.getMessage() + "): give another as quarkus.management.port (hsaw up: --management-port), or 0"
                    + " for any that is free.");
        }
    }
}
