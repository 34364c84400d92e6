package io.hsaw.feedback.service;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Without keys, only programs of this machine may ask: a page in a browser of this machine, whose own host was given this
 * address, asks under that host's name and is refused.
 */
final class LoopbackOnly {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final boolean bound;

    LoopbackOnly(@ConfigProperty(name = "quarkus.http.host") String host) {
        this.bound = LOOPBACK.contains(host);
    }

    @ServerRequestFilter
    Optional<Response> filter(ContainerRequestContext request) {
        String host = request.getUriInfo().getRequestUri().getHost();
        return !bound || host == null || LOOPBACK.contains(host) ? Optional.empty()
                : Optional.of(Problem.of(Response.Status.FORBIDDEN, "loopback-only", "This service answers on this machine"
                        + " only, not as " + host + ".", "Ask http://127.0.0.1 or http://localhost.").response());
    }
}
