package io.hsaw.feedback;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The databases that the ledger's tests run on. */
public enum TestDatabase {
    H2 {
        @Override
        public String create() {
            try {
                return "jdbc:h2:file:" + Files.createTempDirectory("hsaw-ledger").resolve("ledger");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    POSTGRESQL {
        @Override
        public String create() {
            String name = "ledger_" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = server().getPostgresDatabase().getConnection()) {
                connection.createStatement().execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return server().getJdbcUrl("postgres", name);
        }
    };

    private static final List<Logger> QUIET = Stream.of("io.zonky", "org.flywaydb").map(Logger::getLogger).toList();
    private static EmbeddedPostgres server;

    static {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE)); // held on to, as loggers are forgotten otherwise
    }

    /** Address of a database that is empty. */
    public abstract String create();

    /** All that run here: PostgreSQL needs a user that is not root, or namespaces to be another one. */
    public static List<TestDatabase> here() {
        List<TestDatabase> here = new ArrayList<>(List.of(H2));
        try {
            server();
            here.add(POSTGRESQL);
        } catch (IllegalStateException e) {
            System.err.println("PostgreSQL cannot be started here, its tests are left out: " + e.getMessage());
        }
        return here;
    }

    /** One for all tests; it ends with the process. */
    static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                Path data = Files.createTempDirectory("hsaw-postgresql");
                server = EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(true)
                        .setServerConfig("fsync", "off").start();
            } catch (IOException | RuntimeException e) {
                throw new IllegalStateException(e.toString(), e);
            }
        }
        return server;
    }
}
