package io.hsaw.feedback;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalConnectionFactoryConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.h2.Driver;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.generic.GenericTypes;
import org.jdbi.v3.core.mapper.ColumnMapperFactory;

/**
 * The ledger's database, H2 or PostgreSQL by its address: a pool of connections and one SQL for both. It may be away at
 * any time; then what is asked of it fails with one of {@link org.jdbi.v3.core.JdbiException}, and works again when it is
 * back.
 */
public final class Database implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** After which a server that does not answer is given up. */
    private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(2);
    /** Classes of SQL states: data that cannot be kept, constraints that do not hold. */
    private static final List<String> REFUSALS = List.of("22", "23");
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    /** A commit is written before it is answered, writers wait for one another, and the last connection closes the file. */
    private static final String H2_SETTINGS = ";WRITE_DELAY=0;LOCK_TIMEOUT=60000;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=10";

    /** What a page names is looked up row by row: it would be merged with a table from the table's beginning. */
    private static final String POSTGRESQL_SETTINGS = "-c enable_mergejoin=off";

    private final String url;
    private final AgroalDataSource pool;
    private final Jdbi jdbi;
    private boolean migrated;

    /**
     * Connects when it is first used.
     *
     * @param url      {@code jdbc:h2:file:…} or {@code jdbc:postgresql://…}, without a password
     * @param user     its user, or null
     * @param password the user's, or null
     * @throws IllegalArgumentException if it is neither, or names a password
     */
    public Database(String url, String user, String password) {
        this.url = requireUsable(url);
        try {
            this.pool = AgroalDataSource.from(settings(url, user, password));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set up the pool of " + url, e);
        }
        this.jdbi = Jdbi.create(pool).registerArrayType(double.class, "float8").registerArgument(enumArguments())
                .registerColumnMapper(enumColumns());
    }

    private static String requireUsable(String url) {
        if (!url.startsWith(H2) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException("The ledger's database must be " + H2 + "file:… or " + POSTGRESQL
                    + "//…, found " + url.replaceFirst("//.*", "//…"));
        }
        if (url.toLowerCase(Locale.ROOT).contains("password=")) {
            throw new IllegalArgumentException("The address of the ledger's database names a password, which would be"
                    + " logged: give it as hsaw.feedback.password");
        }
        return url;
    }

    private static AgroalDataSourceConfigurationSupplier settings(String url, String user, String password) {
        AgroalConnectionFactoryConfigurationSupplier connection = new AgroalConnectionFactoryConfigurationSupplier()
                .loginTimeout(PATIENCE);
        if (url.startsWith(H2)) {
            connection.jdbcUrl(url + H2_SETTINGS).connectionProviderClass(Driver.class);
        } else {
            connection.jdbcUrl(url).connectionProviderClass(org.postgresql.Driver.class)
                    .jdbcProperty("options", POSTGRESQL_SETTINGS)
                    .jdbcProperty("socketTimeout", String.valueOf(LONGEST_STATEMENT.toSeconds()));
        }
        if (user != null) {
            connection.principal(new NamePrincipal(user));
        }
        if (password != null) {
            connection.credential(new SimplePassword(password));
        }
        return new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(CONNECTIONS)
                .acquisitionTimeout(PATIENCE).connectionFactoryConfiguration(connection).validateOnBorrow(true)
                .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout((int) PATIENCE.toSeconds())));
    }

    /** Names are stored as they are written everywhere: in lower case. */
    private static ArgumentFactory enumArguments() {
        return (type, value, config) -> Enum.class.isAssignableFrom(GenericTypes.getErasedType(type))
                ? Optional.of((position, statement, context) -> {
                    if (value == null) {
                        statement.setNull(position, Types.VARCHAR);
                    } else {
                        statement.setString(position, ((Enum<?>) value).name().toLowerCase(Locale.ROOT));
                    }
                }) : Optional.empty();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static ColumnMapperFactory enumColumns() {
        return (type, config) -> Enum.class.isAssignableFrom(GenericTypes.getErasedType(type))
                ? Optional.of((results, column, context) -> {
                    String name = results.getString(column);
                    return name == null ? null
                            : Enum.valueOf((Class) GenericTypes.getErasedType(type), name.toUpperCase(Locale.ROOT));
                }) : Optional.empty();
    }

    /** Where it is. */
    public String url() {
        return url;
    }

    /**
     * Makes the tables or brings them up to date.
     *
     * @throws RuntimeException if it is away, or holds something else
     */
    public synchronized void migrate() {
        if (!migrated) {
            Flyway.configure(Database.class.getClassLoader()).dataSource(pool).locations("classpath:ledger").load().migrate();
            migrated = true;
        }
    }

    /** Whether it answers; throws if not. */
    public void check() {
        migrate();
        jdbi.useHandle(handle -> handle.execute("SELECT 1"));
    }

    /**
     * Whether it refused what it was given, as it would again: text that it cannot keep, say. Otherwise it was away.
     *
     * @param failure what was thrown here
     */
    public static boolean refused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return REFUSALS.stream().anyMatch(sql.getSQLState()::startsWith);
            }
        }
        return false;
    }

    /** One transaction that changes the ledger; waits for others that do. */
    <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
        return holding("writer", work);
    }

    /** One transaction for whoever holds the lock: others wait. */
    <T, X extends Exception> T holding(String lock, HandleCallback<T, X> work) throws X {
        migrate();
        return jdbi.inTransaction(handle -> {
            handle.createQuery("SELECT name FROM locks WHERE name = :name FOR UPDATE").bind("name", lock)
                    .mapTo(String.class).one();
            return work.withHandle(handle);
        });
    }

    /** Looks something up. */
    <T> T read(HandleCallback<T, RuntimeException> work) {
        migrate();
        return jdbi.withHandle(work);
    }

    @Override
    public void close() {
        pool.close();
    }
}
