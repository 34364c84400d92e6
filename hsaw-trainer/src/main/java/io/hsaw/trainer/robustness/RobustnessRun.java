package io.hsaw.trainer.robustness;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Prediction;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.FacePlace;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.SampleFramer;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.robustness.RobustnessResults.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Measures a model under everything that may be against it. The pictures are changed before a face is looked for, so that
 * finding the face, cutting it and reading it are measured together. Stopped at any moment, the same run goes on after the
 * last condition that was finished.
 */
public final class RobustnessRun {

    /** Upper ends of the groups by yaw, in degrees. */
    private static final int[] YAWS = {10, 20, 30, 45, 180};

    private final Evaluator evaluator;
    private final Path folder;

    /** Told how far the run is. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param condition what is being done
         * @param number    of that, from 1
         * @param of        so many
         */
        Progress at(String condition, int number, int of);
    }

    /**
     * @param network one prediction per face, in the same order
     * @param threads samples framed at a time
     * @param folder  for the results; is made if need be
     */
    public RobustnessRun(Function<List<HalfFacePair>, List<Prediction>> network, int threads, Path folder) {
        evaluator = new Evaluator(network, threads);
        this.folder = folder;
    }

    /**
     * Measures what the folder does not hold yet.
     *
     * @param card    of the model
     * @param data    which samples, in words
     * @param samples at least one
     * @param kinds   which kinds of conditions; the others are left as they are in the folder
     * @return all that the folder holds then
     * @throws DataSetException if a picture cannot be read
     * @throws IOException      if the folder holds results of something else, or cannot be written
     */
    public RobustnessResults run(ModelCard card, String data, List<SampleRef> samples, Set<Kind> kinds, Listener listener)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        RobustnessResults results = RobustnessResults.read(folder, new Subject(card.name() + " " + card.version(),
                card.weightsSha256(), data, sha256(samples), Condition.VERSION));
        RobustnessResults held = results;
        List<Condition> missing = Condition.all().stream()
                .filter(condition -> kinds.contains(condition.kind()) && !held.hold(condition)).toList();
        int steps = missing.size() + 2;
        if (!missing.isEmpty() || results.plain().isEmpty()) {
            List<FacePlace> places = places(samples, listener.at("finding faces", 1, steps));
            if (results.plain().isEmpty()) {
                List<Outcome> outcomes = evaluator.outcomes(samples, listener.at(Measured.PLAIN, 2, steps));
                List<Measured> measured = new ArrayList<>();
                measured.add(Measured.of(null, "", Measured.PLAIN, 0, outcomes));
                measured.addAll(byYaw(outcomes, places));
                results = keep(results.with(measured));
            }
            for (int i = 0; i < missing.size(); i++) {
                Condition condition = missing.get(i);
                Progress progress = listener.at(condition.name(), i + 3, steps);
                results = keep(results.with(List.of(measured(condition, samples, places, progress))));
            }
        }
        results.plot(folder);
        return results;
    }

    private RobustnessResults keep(RobustnessResults results) throws IOException {
        results.write(folder);
        return results;
    }

    private static List<FacePlace> places(List<SampleRef> samples, Progress progress) throws DataSetException {
        List<FacePlace> places = new ArrayList<>();
        try (SampleFramer framer = new SampleFramer()) {
            for (SampleRef sample : samples) {
                places.add(framer.place(sample.read()));
                progress.at(places.size(), samples.size());
            }
        }
        return places;
    }

    private Measured measured(Condition condition, List<SampleRef> samples, List<FacePlace> places, Progress progress)
            throws DataSetException, InterruptedException {
        List<SampleRef> changed = new ArrayList<>();
        int different = 0;
        for (int i = 0; i < samples.size(); i++) {
            SampleRef sample = condition.of(samples.get(i), places.get(i));
            changed.add(sample);
            different += sample == samples.get(i) ? 0 : 1;
        }
        return Measured.of(condition.kind(), condition.series(), condition.level(), different,
                evaluator.outcomes(changed, progress));
    }

    /** The samples as they are, in groups by how far the head is turned; those without a face are in none. */
    static List<Measured> byYaw(List<Outcome> outcomes, List<FacePlace> places) {
        List<Measured> groups = new ArrayList<>();
        int from = 0;
        for (int to : YAWS) {
            List<Outcome> group = new ArrayList<>();
            for (int i = 0; i < outcomes.size(); i++) {
                Double yaw = places.get(i).yaw();
                if (yaw != null && Math.abs(yaw) >= from && Math.abs(yaw) < to) {
                    group.add(outcomes.get(i));
                }
            }
            if (!group.isEmpty()) {
                groups.add(Measured.of(Kind.SIDE_VIEW, Kind.SIDE_VIEW.label(),
                        to == YAWS[YAWS.length - 1] ? "from " + from : from + " to " + to, 0, group));
            }
            from = to;
        }
        return groups;
    }

    private static String sha256(List<SampleRef> samples) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (SampleRef sample : samples) {
                digest.update((sample.id() + '\n' + sample.label() + '\n').getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
