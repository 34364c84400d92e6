package io.hsaw.feedback.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.broker.EmbeddedBroker;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Database;
import io.hsaw.feedback.Queries;
import io.hsaw.feedback.TestDatabase;
import io.hsaw.feedback.service.LedgerProcess.Death;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Always on the embedded broker: a container is not stopped and started on one port. */
class AwayIT {

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("io.hsaw.feedback.TestDatabase#here")
    void aLedgerWaitsForItsBrokerAndGoesOnWhenItIsBack(TestDatabase kind) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        String address = broker.bootstrapServers();
        broker.close();
        try (Database database = new Database(kind.create(), null, null)) {
            List<Worker> workers = LedgerProcess.run(address, database, Death.NEVER);
            await(workers, "reading", false, "waiting for Kafka");
            await(workers, "publishing", false, "waiting for Kafka");
            for (int round = 1; round <= 2; round++) {
                try (EmbeddedBroker back = EmbeddedBroker.start(directory, port(address))) {
                    await(workers, "reading", true, "samples");
                    assertAnswers(address, "a" + round);
                    await(workers, "publishing", true, "publishing");
                }
                await(workers, "reading", false, "Kafka");
                await(workers, "publishing", false, "waiting for Kafka");
            }
            workers.forEach(Worker::close);
        }
    }

    @Test
    void aLedgerWaitsForItsDatabaseAndGoesOnWhenItIsBack() throws Exception {
        if (!TestDatabase.here().contains(TestDatabase.POSTGRESQL)) {
            return; // said by TestDatabase; H2 is a part of the process
        }
        Path data = Files.createDirectory(directory.resolve("postgresql"));
        EmbeddedPostgres first = postgres(data, 0);
        int port = first.getPort();
        String url = first.getJdbcUrl("postgres", "postgres");
        first.close();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
                Database database = new Database(url, null, null)) {
            List<Worker> workers = LedgerProcess.run(broker.bootstrapServers(), database, Death.NEVER);
            for (int round = 1; round <= 2; round++) {
                await(workers, "reading", false, "waiting for the ledger's database");
                await(workers, "publishing", false, "waiting for the ledger's database");
                try (EmbeddedPostgres back = postgres(data, port)) {
                    assertAnswers(broker.bootstrapServers(), "a" + round);
                    await(workers, "publishing", true, "publishing");
                }
                new Feedback(broker.bootstrapServers()).samples("while away " + round);
            }
            workers.forEach(Worker::close);
        }
    }

    @Test
    void aTopicThatIsMadeAnewWhileItIsReadIsReadFromItsBeginning() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Database database = new Database(TestDatabase.H2.create(), null, null)) {
            List<Worker> workers = LedgerProcess.run(broker.bootstrapServers(), database, Death.NEVER);
            assertAnswers(broker.bootstrapServers(), "before");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.deleteTopics(List.of(Topics.LABELED_FRAMES)).all().get();
            }
            Queries queries = new Queries(database);
            Feedback.await(() -> queries.label("before").isEmpty() ? "erased" : null);
            assertAnswers(broker.bootstrapServers(), "after");
            workers.forEach(Worker::close);
        }
    }

    private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false).setPort(port).start();
    }

    private static void assertAnswers(String bootstrap, String sample) throws Exception {
        Feedback feedback = new Feedback(bootstrap);
        feedback.samples(sample);
        feedback.propose(feedback.proposal("run-1", 6, sample, Expression.FEAR));
        Label answer = feedback.label(Label.forkKey("run-1", sample));
        assertEquals(Label.Decision.ACCEPTED, answer.decision());
        assertEquals(Expression.FEAR, answer.label());
    }

    private static void await(List<Worker> workers, String name, boolean working, String detail) throws Exception {
        Worker worker = workers.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
        Feedback.await(() -> worker.working() == working && worker.detail().contains(detail) ? worker : null);
    }

    private static int port(String address) {
        return Integer.parseInt(address.split(":")[1]);
    }
}
