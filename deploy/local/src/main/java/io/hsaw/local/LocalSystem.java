package io.hsaw.local;

import io.hsaw.messaging.Delivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;

/**
 * A broker and the stages' replicas as processes of their own, started again when they end. However this process ends,
 * none of them stays, nor the broker's data; their logs stay unless they are deleted.
 */
final class LocalSystem implements AutoCloseable {

    /** The stages in the order of the pipeline; also their modules' folders and consumer groups. */
    static final List<String> STAGES = List.of("face-detector", "half-face-splitter", "hsaw-inference");

    private static final Pattern BROKER_ADDRESS = Pattern.compile("Kafka broker at (\\S+):(\\d+),");
    private static final int ANSWER_MILLIS = 5_000;
    private static final long START_SECONDS = 120;
    private static final int BROKER_STARTS = 3;
    private static final long BETWEEN_LOOKS_NANOS = 50_000_000;
    /** As much as the disk may hold in the end; of memory only what is written is taken. */
    private static final String DISK_SIZE = "4g";
    /** What a full disk still has, so that what is written in the meantime fits; a second of frames fills it. */
    private static final long ROOM_WHEN_FULL = 256 << 10;
    private static final long MOST_ROOM_WHEN_FULL = 64 << 20;
    /**
     * What is started.
     *
     * @param partitions of the topics
     * @param replicas   of each stage
     * @param delivery   the stages' promise
     * @param properties further settings of the stages
     * @param disk       whether the broker's data lie on a disk of their own, which can be made full; asks for the
     *                   right to mount
     */
    record Settings(int partitions, Map<String, Integer> replicas, Delivery delivery, Map<String, String> properties,
            boolean disk) {
    }

    /** How a replica was when the system was last found whole. */
    private record Member(int starts, String id) {
    }

    private final Path folder;
    private final Path data;
    private final Settings settings;
    private final ProcessGuard guard;
    private final ReplicaProcess broker;
    /** By stage; the replicas that are to be there. */
    private final Map<String, List<ReplicaProcess>> replicas = new LinkedHashMap<>();
    /** Whatever was started, also what is not to be there any more. */
    private final List<ReplicaProcess> all = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> lastNumber = new HashMap<>();
    private Map<String, Member> whole = new HashMap<>();
    private final boolean disk;
    private volatile int port;
    private String bootstrap;
    private Admin admin;

    private LocalSystem(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        folder = Files.createTempDirectory("hsaw-delivery-");
        data = Files.createDirectory(folder.resolve("data"));
        guard = ProcessGuard.start(data);
        disk = settings.disk() && canMount(data);
        broker = new ReplicaProcess("broker", () -> java("deploy/local", "-Xmx512m", Map.of(), "broker", "--data",
                data.toString(), "--port", String.valueOf(port)), folder.resolve("broker.log"), this::tellGuard);
    }

    private static boolean canMount(Path data) throws InterruptedException {
        return Tool.run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + DISK_SIZE, "hsaw-delivery", data.toString());
    }

    /**
     * Starts everything and returns when every replica has its part of the work.
     *
     * @throws Failure if something does not come up; its log is named
     */
    static LocalSystem start(Settings settings) throws InterruptedException {
        LocalSystem system;
        try {
            system = new LocalSystem(settings);
        } catch (IOException e) {
            throw new Failure("cannot make a folder for temporary data in " + System.getProperty("java.io.tmpdir")
                    + ": " + e.getMessage() + "; make room there, or name another by TMPDIR", e);
        }
        try {
            system.start();
            return system;
        } catch (RuntimeException | InterruptedException e) {
            system.close();
            throw e;
        }
    }

    private void start() throws InterruptedException {
        all.add(broker);
        broker.start();
        bootstrap = awaitBroker();
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS));
        for (String stage : STAGES) {
            replicas.put(stage, new CopyOnWriteArrayList<>());
            for (int i = 0; i < settings.replicas().get(stage); i++) {
                join(stage);
            }
        }
        long end = System.nanoTime() + START_SECONDS * 1_000_000_000L;
        while (!isWhole()) {
            ReplicaProcess broken = all.stream().filter(process -> process.starts() > 2).findFirst().orElse(null);
            if (broken != null || System.nanoTime() - end > 0) {
                throw new Failure((broken != null ? broken.name() + " does not start" : "the stages do not start within "
                        + START_SECONDS + " s") + "; see the logs in " + folder);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private String awaitBroker() {
        long end = System.nanoTime() + START_SECONDS * 1_000_000_000L;
        while (true) {
            try {
                Matcher address = BROKER_ADDRESS.matcher(Files.readString(broker.log()));
                if (address.find()) {
                    port = Integer.parseInt(address.group(2));
                    return address.group(1) + ":" + port;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            // the free port that it chose may have been taken before it came to listen there
            if (broker.starts() > BROKER_STARTS || System.nanoTime() - end > 0) {
                throw new Failure("the broker does not start; see " + broker.log());
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private static List<String> java(String module, String heap, Map<String, String> properties, String... arguments) {
        return BuiltApplication.command(module, List.of(heap, "-XX:TieredStopAtLevel=1"), properties, arguments);
    }

    private List<String> stage(String stage, String replica) {
        Map<String, String> properties = new LinkedHashMap<>(Map.of(
                "kafka.bootstrap.servers", bootstrap,
                "quarkus.http.port", "0",
                "quarkus.management.port", "0",
                "hsaw.messaging.replica", replica,
                "hsaw.messaging.partitions", String.valueOf(settings.partitions()),
                "hsaw.messaging.delivery", DeliveryOption.name(settings.delivery()),
                "hsaw.test.abort", poison(stage)));
        properties.putAll(settings.properties());
        return java(stage, "-Xmx256m", properties);
    }

    /** How the id of a frame begins that takes down the processes of a stage. */
    static String poison(String stage) {
        return "poison-" + stage + "-";
    }

    /** Host and port of the broker. */
    String bootstrap() {
        return bootstrap;
    }

    /** Where the logs of all processes are. */
    Path logs() {
        return folder;
    }

    /** Whether {@link #fillDisk} can be done. */
    boolean hasDisk() {
        return disk;
    }

    ReplicaProcess broker() {
        return broker;
    }

    /** The replicas of a stage that are to be there. */
    List<ReplicaProcess> replicas(String stage) {
        return List.copyOf(replicas.get(stage));
    }

    /** All processes that are to be there. */
    List<ReplicaProcess> processes() {
        List<ReplicaProcess> processes = new ArrayList<>(List.of(broker));
        replicas.values().forEach(processes::addAll);
        return processes;
    }

    /** One more replica of a stage, under a name that none had before. */
    ReplicaProcess join(String stage) {
        String number = String.valueOf(lastNumber.merge(stage, 1, Integer::sum));
        String name = stage + "-" + number;
        ReplicaProcess replica = new ReplicaProcess(name, () -> stage(stage, number), folder.resolve(name + ".log"),
                this::tellGuard);
        replicas.get(stage).add(replica);
        all.add(replica);
        replica.start();
        return replica;
    }

    /** From now on this replica is not to be there; it is not ended by that. */
    void dismiss(ReplicaProcess replica) {
        replica.dismiss();
        replicas.values().forEach(list -> list.remove(replica));
    }

    /** Leaves the broker's disk no room. */
    void fillDisk() throws InterruptedException, IOException {
        FileStore store = Files.getFileStore(data);
        // refused where more was written in the meantime than there was to be room for
        for (long room = ROOM_WHEN_FULL; room <= MOST_ROOM_WHEN_FULL; room *= 2) {
            if (resizeDisk(String.valueOf(store.getTotalSpace() - store.getUnallocatedSpace() + room))) {
                return;
            }
        }
        throw new Failure("cannot make the disk at " + data + " full");
    }

    /** Gives the broker's disk room again. */
    void emptyDisk() throws InterruptedException {
        if (!resizeDisk(DISK_SIZE)) {
            throw new Failure("cannot give the disk at " + data + " room again");
        }
    }

    private boolean resizeDisk(String size) throws InterruptedException {
        return Tool.run("mount", "-o", "remount,size=" + size, data.toString());
    }

    /**
     * Whether each stage's group is settled and made of exactly the replicas that are to be there, each in the life it
     * lives now: a killed one stays a member until it is missed.
     */
    boolean isWhole() {
        Map<String, Member> now = new HashMap<>();
        try {
            Map<String, Integer> starts = processes().stream()
                    .collect(Collectors.toMap(ReplicaProcess::name, ReplicaProcess::starts));
            for (ConsumerGroupDescription group : admin.describeConsumerGroups(STAGES).all().get().values()) {
                if (group.groupState() != GroupState.STABLE) {
                    return false;
                }
                Set<String> expected = replicas.get(group.groupId()).stream().map(ReplicaProcess::name)
                        .collect(Collectors.toCollection(HashSet::new));
                for (MemberDescription member : group.members()) {
                    String name = member.groupInstanceId().orElse("");
                    if (!expected.remove(name)) {
                        return false;
                    }
                    now.put(name, new Member(starts.get(name), member.consumerId()));
                }
                if (!expected.isEmpty()) {
                    return false;
                }
            }
        } catch (ExecutionException e) {
            return false; // the broker is away, or the groups are not there yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        for (Map.Entry<String, Member> member : now.entrySet()) {
            Member before = whole.get(member.getKey());
            if (before != null && before.starts() != member.getValue().starts()
                    && before.id().equals(member.getValue().id())) {
                return false;
            }
        }
        whole = now;
        return processes().stream().allMatch(ReplicaProcess::alive);
    }

    private void tellGuard() {
        guard.watch(all);
    }

    /** Ends all processes and removes the broker's data; the logs stay. */
    @Override
    public void close() throws InterruptedException {
        if (admin != null) {
            admin.close();
        }
        all.forEach(ReplicaProcess::dismiss);
        for (ReplicaProcess process : all) {
            if (process != broker && process.alive()) {
                process.signal("CONT");
                process.signal("TERM");
            }
        }
        for (ReplicaProcess process : all) {
            if (process != broker) {
                process.stop();
            }
        }
        broker.stop();
        tellGuard();
        guard.close();
    }
}
