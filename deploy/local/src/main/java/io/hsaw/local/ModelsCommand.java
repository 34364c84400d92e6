package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.ModelStoreException;
import io.hsaw.network.store.StoredModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code hsaw models}: released models, which of them answers, and what became of the others. */
@Command(name = "models", description = "List released models, put one into service, take it back.",
        subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Card.class, ModelsCommand.Add.class,
            ModelsCommand.Promote.class, ModelsCommand.Rollback.class})
final class ModelsCommand {

    private static final String BY = "person";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** Where models lie. */
    static final class StoreOption {

        @Option(names = "--store", paramLabel = "DIR",
                defaultValue = "${env:HSAW_MODEL_STORE:-${env:HSAW_DATA:-${sys:user.home}/.hsaw}/model-store}",
                description = "Folder of the released models (default: $HSAW_MODEL_STORE, else model-store in $HSAW_DATA or"
                        + " ~/.hsaw).")
        Path directory;

        ModelStore store() {
            return new ModelStore(directory);
        }

        /** @throws Failure if there is no such model, or it is not whole */
        StoredModel open(ModelRef model) {
            try {
                return store().open(ModelRelease.path(model));
            } catch (InvalidModelException | ModelStoreException e) {
                throw new Failure(e.getMessage(), e);
            }
        }
    }

    /** {@code NAME/VERSION}. */
    static final class Model implements ITypeConverter<ModelRef> {
        @Override
        public ModelRef convert(String text) {
            String[] parts = text.split("/", -1);
            if (parts.length != 2 || !ModelStore.isName(parts[0]) || !ModelStore.isName(parts[1])) {
                throw new TypeConversionException("'" + text + "' is no model: give NAME/VERSION, as ./hsaw models list"
                        + " shows it");
            }
            return new ModelRef(parts[0], parts[1]);
        }
    }

    /** {@code hsaw models list}. */
    @Command(name = "list", description = "Show all models, the newest last: what became of each, and how good it is.")
    static final class ListModels implements Callable<Integer> {

        @Option(names = "--json", description = "One JSON object per line: the newest record of each model.")
        private boolean json;

        @Mixin
        private StoreOption store;

        @Mixin
        private BrokerOptions broker;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            ModelReleases releases = read(broker, spec);
            if (json) {
                releases.models().forEach(release -> out.println(json(release)));
            } else {
                rows(releases).forEach(row -> out.println(String.format(Locale.ROOT,
                        "%-40s %-10s %8s %8s  %s  %s", (Object[]) row).stripTrailing()));
            }
            out.flush();
            return Hsaw.DONE;
        }

        private List<String[]> rows(ModelReleases releases) {
            List<String[]> rows = new ArrayList<>();
            rows.add(new String[] {"model", "role", "accuracy", "by class", "since              ", ""});
            Set<String> stored = stored();
            for (ModelRelease release : releases.models()) {
                stored.remove(release.path());
                rows.add(row(release.path(), role(release, releases), TIME.format(release.at().atZone(ZoneId.systemDefault())),
                        remarks(release, releases)));
            }
            // released half-way, or put there by hand
            stored.forEach(path -> rows.add(row(path, "-", " ".repeat(19), "on no topic: ./hsaw models promote " + path)));
            return rows;
        }

        private Set<String> stored() {
            try {
                return new LinkedHashSet<>(store.store().list());
            } catch (ModelStoreException e) {
                spec.commandLine().getErr().println("hsaw: " + e.getMessage());
                return new LinkedHashSet<>();
            }
        }

        private String[] row(String path, String role, String since, String remarks) {
            Optional<ModelCard.Figures> figures = figures(path);
            return new String[] {path, role, percent(figures.map(ModelCard.Figures::accuracy)),
                percent(figures.map(ModelCard.Figures::meanClassAccuracy)), since, remarks};
        }

        private Optional<ModelCard.Figures> figures(String path) {
            try {
                return Optional.ofNullable(store.store().open(path).card().figures());
            } catch (InvalidModelException | ModelStoreException e) {
                return Optional.empty();
            }
        }

        /** The champion's record decides, whatever the model's own still says. */
        private static String role(ModelRelease release, ModelReleases releases) {
            boolean runs = releases.champion().map(champion -> champion.model().equals(release.model())).orElse(false);
            Role role = runs ? Role.CHAMPION : release.role() == Role.CHAMPION ? Role.RETIRED : release.role();
            return role.name().toLowerCase(Locale.ROOT);
        }

        private static String remarks(ModelRelease release, ModelReleases releases) {
            List<String> remarks = new ArrayList<>();
            if (release.comparison() != null) {
                ModelRelease.Comparison with = release.comparison();
                remarks.add(String.format(Locale.ROOT, "%.1f %% against %.1f %% of %s on %d pictures", 100 * with.accuracy(),
                        100 * with.championAccuracy(), ModelRelease.path(with.champion()), with.samples()));
            }
            if (release.reason() != null) {
                remarks.add(release.reason());
            }
            releases.refusals(release.model()).forEach(refusal ->
                    remarks.add("refused by " + refusal.by() + ": " + refusal.reason()));
            return String.join("; ", remarks);
        }

        private static String percent(Optional<Double> share) {
            return share.map(s -> String.format(Locale.ROOT, "%.1f %%", 100 * s)).orElse("-");
        }
    }

    /** {@code hsaw models card}. */
    @Command(name = "card", description = "Print a model's card: data, settings, figures, calibration.")
    static final class Card implements Callable<Integer> {

        @Parameters(paramLabel = "NAME/VERSION", converter = Model.class, description = "The model.")
        private ModelRef model;

        @Mixin
        private StoreOption store;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            out.println(Files.readString(store.open(model).directory().resolve(ModelFiles.CARD)));
            out.flush();
            return Hsaw.DONE;
        }
    }

    /** {@code hsaw models add}. */
    @Command(name = "add", description = "Copy a model into the store, such as one of ./hsaw train, and announce it as a"
            + " challenger.")
    static final class Add implements Callable<Integer> {

        @Parameters(paramLabel = "DIR", description = "Folder with card.json and weights.safetensors.")
        private Path directory;

        @Mixin
        private StoreOption store;

        @Mixin
        private BrokerOptions broker;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            ModelReleases releases = read(broker, spec);
            StoredModel stored;
            try {
                stored = store.store().put(directory);
            } catch (InvalidModelException | ModelStoreException e) {
                throw new Failure(e.getMessage(), e);
            }
            ModelRelease release = releases.of(stored.card().ref())
                    .orElseGet(() -> challenger(stored));
            publish(broker, List.of(ModelReleases.record(release.path(), release)));
            return print(spec, release);
        }
    }

    /** {@code hsaw models promote}. */
    @Command(name = "promote", description = "Let a model answer from now on: running services load it and take it over"
            + " between two batches.")
    static final class Promote implements Callable<Integer> {

        @Parameters(paramLabel = "NAME/VERSION", converter = Model.class, description = "The model.")
        private ModelRef model;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
        private String reason;

        @Mixin
        private StoreOption store;

        @Mixin
        private BrokerOptions broker;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            StoredModel stored = store.open(model);
            try {
                ModelFiles.readWeights(stored.directory(), stored.card());
            } catch (InvalidModelException e) {
                throw new Failure(e.getMessage(), e);
            }
            ModelReleases releases = read(broker, spec);
            ModelRelease release = releases.of(model).filter(said -> said.cardSha256().equals(stored.cardSha256()))
                    .orElseGet(() -> challenger(stored));
            Instant now = Instant.now();
            publish(broker, releases.promotion(release, BY, reason, now));
            return print(spec, release.as(Role.CHAMPION, BY, reason, now));
        }
    }

    /** {@code hsaw models rollback}. */
    @Command(name = "rollback", description = "Let the model answer again that answered before; without one, the model of"
            + " the services' settings.")
    static final class Rollback implements Callable<Integer> {

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
        private String reason;

        @Mixin
        private BrokerOptions broker;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException {
            ModelReleases releases = read(broker, spec);
            Instant now = Instant.now();
            Optional<ModelRelease> previous = releases.previous();
            if (previous.isPresent()) {
                publish(broker, releases.promotion(previous.get(), BY, reason, now));
                return print(spec, previous.get().as(Role.CHAMPION, BY, reason, now));
            }
            if (releases.champion().isEmpty()) {
                throw new Failure("no released model answers, so there is none to take back; ./hsaw models list shows what"
                        + " could be promoted");
            }
            publish(broker, releases.dethronement(BY, now));
            spec.commandLine().getErr().println("hsaw: no model answered before " + releases.champion().get().path()
                    + "; the model of the services' settings answers again");
            return Hsaw.DONE;
        }
    }


    private static ModelReleases read(BrokerOptions broker, CommandSpec spec) {
        broker.await(List.of(Topics.MODEL_RELEASES), spec.commandLine().getErr());
        ModelReleases releases = new ModelReleases();
        LogReader.read(broker.bootstrap, Topics.MODEL_RELEASES, releases::add, left -> { });
        return releases;
    }

    /** A first word about a model. */
    private static ModelRelease challenger(StoredModel stored) {
        return new ModelRelease(stored.card().ref(), Role.CHALLENGER, stored.cardSha256(), null, null, BY, null,
                Instant.now());
    }

    private static void publish(BrokerOptions broker, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        try (RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                publisher.publish(record);
            }
            publisher.flush();
        }
    }

    private static int print(CommandSpec spec, ModelRelease release) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json(release));
        out.flush();
        return Hsaw.DONE;
    }

    private static String json(ModelRelease release) {
        return new String(RecordCodec.MODEL_RELEASES.encode(release), UTF_8);
    }
}
