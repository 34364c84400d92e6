package io.hsaw.feedback.service;

import io.hsaw.feedback.Database;
import io.hsaw.feedback.RefusedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Locale;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Why a request was not answered as wished, by RFC 9457.
 *
 * @param status of HTTP
 * @param title  the same in words
 * @param code   a name for programs, which stays the same
 * @param detail what is wrong, for a person
 * @param remedy what can be done
 */
record Problem(int status, String title, String code, String detail, String remedy) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(Problem.class);

    /** The request cannot be understood. */
    static WebApplicationException invalid(String detail, String remedy) {
        return of(Response.Status.BAD_REQUEST, "invalid-request", detail, remedy).exception();
    }

    static Problem of(Response.StatusType status, String code, String detail, String remedy) {
        return new Problem(status.getStatusCode(), status.getReasonPhrase(), code, detail, remedy);
    }

    Response response() {
        return Response.status(status).type(MEDIA_TYPE).entity(this).build();
    }

    WebApplicationException exception() {
        return new WebApplicationException(detail, response());
    }

    /** Makes the answers to what fails. */
    static final class Mappers {

        @ServerExceptionMapper
        Response refused(RefusedException e) {
            Response.Status status = e.code() == RefusedException.Code.NOT_PENDING ? Response.Status.CONFLICT
                    : Response.Status.NOT_FOUND;
            return of(status, e.code().name().toLowerCase(Locale.ROOT).replace('_', '-'), e.getMessage() + ".", e.remedy())
                    .response();
        }

        @ServerExceptionMapper
        Response webApplication(WebApplicationException e) {
            Response response = e.getResponse();
            if (response.hasEntity()) {
                return response;
            }
            return of(response.getStatusInfo(), "invalid-request", String.valueOf(e.getMessage()),
                    "See /openapi for what can be asked.").response();
        }

        @ServerExceptionMapper
        Response kafka(TimeoutException e) {
            return of(Response.Status.SERVICE_UNAVAILABLE, "kafka-away", e.getMessage() + ".",
                    "Start the broker, and ask again.").response();
        }

        @ServerExceptionMapper
        Response other(RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException && !Database.refused(cause)) {
                    return of(Response.Status.SERVICE_UNAVAILABLE, "database-away", "The ledger's database: "
                            + cause.getMessage(), "Start the database, and ask again.").response();
                }
                if (cause instanceof SQLException) {
                    return of(Response.Status.BAD_REQUEST, "invalid-request", "The ledger's database refuses it: "
                            + cause.getMessage(), "Leave out what is no text.").response();
                }
            }
            LOG.error("a request failed", e);
            return of(Response.Status.INTERNAL_SERVER_ERROR, "internal-error", e.toString(),
                    "The log of relabel-feedback says more.").response();
        }
    }
}
