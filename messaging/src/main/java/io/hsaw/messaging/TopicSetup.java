package io.hsaw.messaging;

import io.hsaw.contracts.Topics;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/**
 * Makes the pipeline's topics where they are missing and checks those that are there. What would break the promise of
 * one reply per frame in order (unequal partition counts, compacted topics) is refused; what only costs comfort
 * (another retention, a smaller greatest record) is warned of. Existing topics are never changed: they may hold data.
 */
public final class TopicSetup {

    private static final Logger LOG = Logger.getLogger(TopicSetup.class);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int BETWEEN_LOOKS_MILLIS = 50;
    private static final String ADDRESSES = "\\s*[^\\s,]+:\\d+\\s*(,\\s*[^\\s,]+:\\d+\\s*)*";
    /** What Kafka takes for the name of a member of a group, with room for the service's name. */
    private static final String REPLICA = "[a-zA-Z0-9._-]{1,200}";
    private static final String CLEANUP = "cleanup.policy";
    private static final String MAX_BYTES = "max.message.bytes";
    /** Differences in these cost promptness of deletion or the truth of waiting times, but no frame. */
    private static final List<String> TIMES =
            List.of("retention.ms", "retention.bytes", "segment.ms", "message.timestamp.type");

    private final String bootstrapServers;
    private final List<Topics.Definition> topics;
    private final int partitions;
    private final short replication;
    private boolean ensured;

    /**
     * @param topics      all get the same number of partitions
     * @param partitions  of topics that are made, where none of them is there yet; else theirs
     * @param replication copies of each topic that is made
     */
    public TopicSetup(String bootstrapServers, List<Topics.Definition> topics, int partitions, int replication) {
        this.bootstrapServers = bootstrapServers;
        this.topics = List.copyOf(topics);
        this.partitions = partitions;
        this.replication = (short) replication;
    }

    /**
     * As the settings say.
     *
     * @throws ConfigurationException if one of them is out of range
     */
    public static TopicSetup of(MessagingConfig config, List<Topics.Definition> topics) {
        Settings.require(config.bootstrap().matches(ADDRESSES), "hsaw.messaging.bootstrap", config.bootstrap(),
                "host:port, several with commas, here or as kafka.bootstrap.servers");
        Settings.require(config.replica().matches(REPLICA), "hsaw.messaging.replica", config.replica(),
                "a name that no other process of this service has, the same after a restart: up to 200 letters,"
                        + " digits, '.', '_' and '-'");
        return new TopicSetup(config.bootstrap(), topics,
                Settings.positive("hsaw.messaging.partitions", config.partitions(), MessagingConfig.MOST_PARTITIONS),
                Settings.positive("hsaw.messaging.replication", config.replication(), Short.MAX_VALUE));
    }

    /**
     * Makes and checks the topics. May block for some seconds.
     *
     * @throws TopicMismatchException if existing topics do not fit
     * @throws KafkaException         if the broker cannot be reached or refuses
     */
    public void ensure() throws TopicMismatchException, InterruptedException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            Map<String, Integer> existing = partitionCounts(admin);
            requireEqual(existing);
            checkSettings(admin, existing);
            if (create(admin, existing)) {
                requireEqual(visible(admin));
            }
            ensured = true;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
        }
    }

    private Map<String, Integer> partitionCounts(Admin admin) throws ExecutionException, InterruptedException {
        Map<String, Integer> counts = new TreeMap<>();
        var descriptions = admin.describeTopics(topics.stream().map(Topics.Definition::name).toList())
                .topicNameValues();
        for (var description : descriptions.entrySet()) {
            try {
                counts.put(description.getKey(), description.getValue().get().partitions().size());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return counts;
    }

    /** The partition counts of all topics, once the broker that answers knows of those just made. */
    private Map<String, Integer> visible(Admin admin) throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        Map<String, Integer> counts = partitionCounts(admin);
        while (counts.size() < topics.size()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException("the broker does not show all topics that were made, only " + counts);
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
            counts = partitionCounts(admin);
        }
        return counts;
    }

    private void requireEqual(Map<String, Integer> counts) throws TopicMismatchException {
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(partitions);
        for (Map.Entry<String, Integer> topic : counts.entrySet()) {
            if (topic.getValue() < most) {
                throw new TopicMismatchException(("Topic %1$s has %2$d partitions, expected %3$d: the topics %4$s must"
                        + " have equal numbers, since a frame keeps its partition from hop to hop. Remedy:"
                        + " kafka-topics.sh --bootstrap-server %5$s --alter --topic %1$s --partitions %3$d")
                        .formatted(topic.getKey(), topic.getValue(), most, counts, bootstrapServers));
            }
        }
    }

    private void checkSettings(Admin admin, Map<String, Integer> existing)
            throws TopicMismatchException, ExecutionException, InterruptedException {
        Map<ConfigResource, Topics.Definition> resources = new HashMap<>();
        for (Topics.Definition topic : topics) {
            if (existing.containsKey(topic.name())) {
                resources.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), topic);
            }
        }
        Map<ConfigResource, Config> found = admin.describeConfigs(resources.keySet()).all().get();
        for (Map.Entry<ConfigResource, Topics.Definition> resource : resources.entrySet()) {
            checkSettings(resource.getValue(), found.get(resource.getKey()));
        }
    }

    private void checkSettings(Topics.Definition topic, Config found) throws TopicMismatchException {
        String policy = found.get(CLEANUP).value();
        String expectedPolicy = topic.settings().get(CLEANUP);
        if (!policy.equals(expectedPolicy)) {
            throw new TopicMismatchException("Topic " + difference(topic, CLEANUP, policy, expectedPolicy)
                    + " With this policy records would be lost before their time.");
        }
        String maxBytes = topic.settings().get(MAX_BYTES);
        if (Long.parseLong(found.get(MAX_BYTES).value()) < Long.parseLong(maxBytes)) {
            LOG.warnf("Topic %s Frames whose records are larger will be answered internal-error.",
                    difference(topic, MAX_BYTES, found.get(MAX_BYTES).value(), maxBytes));
        }
        for (String setting : TIMES) {
            String expected = topic.settings().get(setting);
            String actual = found.get(setting).value();
            if (topic.pixels() && expected != null && !expected.equals(actual)) {
                LOG.warnf("Topic %s Until then pictures may be kept longer or shorter than documented.",
                        difference(topic, setting, actual, expected));
            }
        }
    }

    private String difference(Topics.Definition topic, String setting, String found, String expected) {
        return ("%1$s has %2$s=%3$s, expected %4$s. Remedy: kafka-configs.sh --bootstrap-server %5$s --alter"
                + " --entity-type topics --entity-name %1$s --add-config %2$s=%4$s")
                .formatted(topic.name(), setting, found, expected, bootstrapServers) + ".";
    }

    /** Whether any topic was missing. */
    private boolean create(Admin admin, Map<String, Integer> existing)
            throws TopicMismatchException, ExecutionException, InterruptedException {
        int count = existing.values().stream().findFirst().orElse(partitions);
        List<NewTopic> missing = new ArrayList<>();
        for (Topics.Definition topic : topics) {
            if (!existing.containsKey(topic.name())) {
                missing.add(new NewTopic(topic.name(), count, replication).configs(topic.settings()));
            }
        }
        for (var creation : admin.createTopics(missing).values().entrySet()) {
            try {
                creation.getValue().get();
                if (ensured) {
                    LOG.warnf("Topic %s was deleted while in use; what it held is lost. Made it anew with %d"
                            + " partitions.", creation.getKey(), count);
                } else {
                    LOG.infof("Made topic %s with %d partitions.", creation.getKey(), count);
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InvalidReplicationFactorException) {
                    throw new TopicMismatchException("Topic %s cannot be made with %d copies (%s). Remedy: set "
                            .formatted(creation.getKey(), replication, e.getCause().getMessage())
                            + "hsaw.messaging.replication to at most the number of brokers.");
                }
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return !missing.isEmpty();
    }
}
