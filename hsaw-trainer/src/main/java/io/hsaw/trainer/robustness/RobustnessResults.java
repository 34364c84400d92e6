package io.hsaw.trainer.robustness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.trainer.report.Charts;
import io.hsaw.trainer.report.Charts.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What has been measured so far; {@value #FILE} in the output folder.
 *
 * @param subject    what was measured on what
 * @param conditions what came out, in the order it was measured
 */
public record RobustnessResults(Subject subject, List<Measured> conditions) {

    /** The file's name. */
    public static final String FILE = "robustness.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What results must have in common to stand in one table.
     *
     * @param model         name and version
     * @param weightsSha256 of the model
     * @param data          which samples, in words
     * @param samplesSha256 of the samples' ids and labels
     * @param version       of the way changes are made
     */
    public record Subject(String model, String weightsSha256, String data, String samplesSha256, int version) {
    }

    /**
     * The results in a folder, empty ones where it holds none.
     *
     * @throws IOException if they cannot be read or are of another subject; says what to do
     */
    static RobustnessResults read(Path folder, Subject subject) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return new RobustnessResults(subject, List.of());
        }
        RobustnessResults found;
        try {
            found = JSON.readValue(file.toFile(), RobustnessResults.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " holds no results (" + e.getOriginalMessage()
                    + "); delete it or choose another folder", e);
        }
        if (found == null || !subject.equals(found.subject)) {
            throw new IOException(file + " holds results of " + (found == null ? "nothing" : found.subject)
                    + ", not of " + subject + "; delete it or choose another folder");
        }
        return found;
    }

    Optional<Measured> plain() {
        return conditions.stream().filter(one -> one.kind() == null).findFirst();
    }

    boolean hold(Condition condition) {
        return conditions.stream().anyMatch(one -> one.isOf(condition));
    }

    RobustnessResults with(List<Measured> more) {
        return new RobustnessResults(subject, Stream.concat(conditions.stream(), more.stream()).toList());
    }

    /** Writes them as a whole, so that a run that is stopped leaves what was finished. */
    void write(Path folder) throws IOException {
        Path unfinished = folder.resolve(FILE + ".part");
        JSON.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), this);
        Files.move(unfinished, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** One plot for each kind that was measured. */
    void plot(Path folder) throws IOException {
        for (Kind kind : Kind.values()) {
            List<Measured> of = conditions.stream().filter(one -> one.kind() == kind).toList();
            if (!of.isEmpty()) {
                // what a changed picture is set against; the side view changes none
                List<Measured> first = kind == Kind.SIDE_VIEW ? List.of() : plain().stream().toList();
                List<Series> series = of.stream().map(Measured::series).distinct().map(name -> {
                    List<Measured> line = new ArrayList<>(first);
                    of.stream().filter(one -> one.series().equals(name)).forEach(line::add);
                    return new Series(name, line.stream().map(Measured::accuracy).toList(),
                            line.stream().map(Measured::interval).toList());
                }).toList();
                Charts.steps(folder.resolve(kind.label() + ".png"), "Accuracy against " + kind.label() + ", "
                        + subject.model + ", " + subject.data, kind.levels(), "accuracy, 95 %",
                        Stream.concat(first.stream(), of.stream()).map(Measured::level).distinct().toList(), series);
            }
        }
    }

    /** A table in Markdown: the pictures as they are, then kind by kind. */
    public String toMarkdown() {
        StringBuilder table = new StringBuilder("| kind | | level | samples | changed | face found | accuracy | 95 % |"
                + " mean over classes |\n|---|---|---|---|---|---|---|---|---|\n");
        plain().ifPresent(one -> row(table, one));
        for (Kind kind : Kind.values()) {
            conditions.stream().filter(one -> one.kind() == kind).forEach(one -> row(table, one));
        }
        return table.toString();
    }

    private static void row(StringBuilder table, Measured one) {
        String kind = one.kind() == null ? "none" : one.kind().label();
        table.append(String.format(Locale.ROOT, "| %s | %s | %s | %d | %d | %d | %.1f %% | %.1f–%.1f | %.1f %% |%n", kind,
                one.series().equals(kind) ? "" : one.series(), one.level(), one.samples(), one.changed(),
                one.facesFound(), 100 * one.accuracy(), 100 * one.interval().low(), 100 * one.interval().high(),
                100 * one.meanClassAccuracy()));
    }
}
