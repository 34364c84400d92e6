package io.hsaw.feedback.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Database;
import io.hsaw.feedback.LedgerDump;
import io.hsaw.feedback.TestDatabase;
import io.hsaw.feedback.service.LedgerProcess.Death;
import io.hsaw.messaging.TopicSetup;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
class KilledLedgerIT {

    private static final int SAMPLES = 300;
    private static final int SIGKILL = 128 + 9;

    @ParameterizedTest
    @MethodSource("io.hsaw.feedback.TestDatabase#here")
    void aLedgerKilledAtTheWorstMomentsIsTheSameAsOneThatWasNot(TestDatabase kind) throws Exception {
        Map<String, String> labels;
        List<String> rows;
        try (KafkaForTests kafka = KafkaForTests.start(); Database database = new Database(kind.create(), null, null)) {
            Feedback feedback = events(kafka.bootstrapServers());
            List<Worker> workers = LedgerProcess.run(kafka.bootstrapServers(), database, Death.NEVER);
            labels = Feedback.await(() -> standing(feedback, 2 * SAMPLES / 3 + 1));
            workers.forEach(Worker::close);
            rows = LedgerDump.of(database);
        }
        try (KafkaForTests kafka = KafkaForTests.start()) {
            Feedback feedback = events(kafka.bootstrapServers());
            String database = kind.create();
            for (Death death : List.of(Death.POLLED, Death.COMMITTED, Death.PUBLISHED)) {
                assertEquals(SIGKILL, LedgerProcess.start(kafka.bootstrapServers(), database, death).waitFor(), death.name());
                assertEquals(death != Death.POLLED, holdsProposals(database), death.name());
            }
            Process last = LedgerProcess.start(kafka.bootstrapServers(), database, Death.NEVER);
            try {
                Feedback.await(() -> standing(feedback, labels.size()));
            } finally {
                last.destroyForcibly().waitFor();
            }
            assertEquals(labels, standing(feedback, labels.size()));
            try (Database opened = new Database(database, null, null)) {
                assertEquals(rows, LedgerDump.of(opened));
            }
        }
    }

    private static boolean holdsProposals(String address) {
        try (Database database = new Database(address, null, null)) {
            return LedgerDump.of(database).stream().anyMatch(row -> row.startsWith("proposals"));
        }
    }

    /** Two thirds of the samples get another label from a run that is promoted; a second one proposes one more. */
    private static Feedback events(String bootstrap) throws Exception {
        new TopicSetup(bootstrap, Topics.learningLoop(), 3, 1).ensure();
        Feedback feedback = new Feedback(bootstrap);
        feedback.samples(IntStream.range(0, SAMPLES).mapToObj(i -> "s" + i).toArray(String[]::new));
        feedback.propose(IntStream.range(0, 2 * SAMPLES / 3)
                .mapToObj(i -> feedback.proposal("run-1", 6, "s" + i, i % 2 == 0 ? Expression.FEAR : Expression.SADNESS))
                .toArray(PseudoLabel[]::new));
        feedback.promote("run-1");
        feedback.propose(feedback.proposal("run-2", 6, "s" + (SAMPLES - 1), Expression.DISGUST));
        return feedback;
    }

    /** The labels without their times, if they are so many and no fork of the promoted run is among them. */
    private static Map<String, String> standing(Feedback feedback, int count) throws Exception {
        Map<String, String> standing = new TreeMap<>();
        for (Map.Entry<String, Label> label : feedback.labels().entrySet()) {
            standing.put(label.getKey(), label.getValue().toString().replaceAll("at=[^]]*", ""));
        }
        return standing.size() == count && standing.keySet().stream().noneMatch(key -> key.startsWith("run:run-1/")) ? standing
                : null;
    }
}
