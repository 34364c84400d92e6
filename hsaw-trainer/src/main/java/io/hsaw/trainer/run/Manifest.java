package io.hsaw.trainer.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.trainer.dataset.HeldOut;
import io.hsaw.trainer.samples.KnownSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run trains on and is measured with; kept as CSV.
 *
 * @param entries in the order of the samples' ids
 */
record Manifest(List<Entry> entries) {

    private static final CsvMapper CSV = CsvMapper.csvBuilder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();
    private static final CsvSchema COLUMNS = CSV.schemaFor(Entry.class).withStrictHeaders(true).withHeader();

    /**
     * One sample.
     *
     * @param sample  its id
     * @param dataSet its data set
     * @param picture SHA-256 of its picture
     * @param label   of a training sample the one that counted when the run began, of a validation sample the one it was
     *                published with
     * @param split   which of both it is
     */
    @JsonPropertyOrder({"sample", "dataSet", "picture", "label", "split"})
    record Entry(String sample, String dataSet, String picture, Expression label, LabeledFrame.Split split) {

        @JsonIgnore
        boolean isTraining() {
            return split == LabeledFrame.Split.TRAINING;
        }
    }

    Manifest {
        entries = List.copyOf(entries);
    }

    /**
     * Chooses from samples by the one rule for all who train: the data set's own split where it has one, else
     * {@link HeldOut}; no blank picture and none that is also measured with is trained on.
     *
     * @param dataSets to take, none for all
     * @throws RunProblem if a data set has no samples, or too little is left to train and to measure
     */
    static Manifest of(List<KnownSample> samples, List<String> dataSets) throws RunProblem {
        Map<String, List<KnownSample>> byDataSet = new TreeMap<>();
        for (KnownSample sample : samples) {
            if (sample.label() != null && (dataSets.isEmpty() || dataSets.contains(sample.dataSet()))) {
                byDataSet.computeIfAbsent(sample.dataSet(), name -> new ArrayList<>()).add(sample);
            }
        }
        requireAll(samples, dataSets, byDataSet.keySet());
        Set<String> validation = new HashSet<>();
        Set<String> shownThere = new HashSet<>();
        for (List<KnownSample> of : byDataSet.values()) {
            Set<String> heldOut = heldOut(of);
            for (KnownSample sample : of) {
                if (sample.published() != null && (sample.split() == LabeledFrame.Split.VALIDATION
                        || sample.split() == null && heldOut.contains(sample.pixels()))) {
                    validation.add(sample.id());
                    shownThere.add(sample.pixels());
                }
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (KnownSample sample : samples) {
            if (sample.label() == null || !byDataSet.containsKey(sample.dataSet())) {
                continue;
            }
            if (validation.contains(sample.id())) {
                entries.add(new Entry(sample.id(), sample.dataSet(), sample.picture(), sample.published(),
                        LabeledFrame.Split.VALIDATION));
            } else if (sample.split() != LabeledFrame.Split.VALIDATION && !sample.blank()
                    && !shownThere.contains(sample.pixels())) {
                entries.add(new Entry(sample.id(), sample.dataSet(), sample.picture(), sample.label(),
                        LabeledFrame.Split.TRAINING));
            }
        }
        Manifest manifest = new Manifest(entries);
        manifest.requireEnough();
        return manifest;
    }

    private static void requireAll(List<KnownSample> samples, List<String> asked, Set<String> found) throws RunProblem {
        List<String> missing = asked.stream().filter(name -> !found.contains(name)).toList();
        if (!missing.isEmpty() || found.isEmpty()) {
            Set<String> there = samples.stream().map(KnownSample::dataSet).collect(Collectors.toCollection(TreeSet::new));
            throw new RunProblem(RunProblem.Code.NO_SAMPLES, (missing.isEmpty() ? "there are no labelled samples"
                    : "there are no labelled samples of " + String.join(", ", missing)) + "; the log has "
                    + (there.isEmpty() ? "none: import a data set first" : "those of " + String.join(", ", there)));
        }
    }

    private static Set<String> heldOut(List<KnownSample> dataSet) {
        List<KnownSample> open = dataSet.stream().filter(s -> s.split() == null && s.published() != null).toList();
        return HeldOut.hashes(open.stream().map(KnownSample::published).toList(),
                open.stream().map(KnownSample::pixels).toList());
    }

    private void requireEnough() throws RunProblem {
        Set<Expression> classes = EnumSet.noneOf(Expression.class);
        training().forEach(entry -> classes.add(entry.label));
        if (classes.size() < 2) {
            throw new RunProblem(RunProblem.Code.ONE_CLASS, "training needs faces of at least two classes, found "
                    + (classes.isEmpty() ? "none" : "only " + classes.iterator().next().label())
                    + "; import samples of others");
        }
        if (training().count() == entries.size()) {
            throw new RunProblem(RunProblem.Code.NO_VALIDATION, "no sample is left to measure with: publish some with "
                    + LabeledFrame.SPLIT + " " + LabeledFrame.Split.VALIDATION.label()
                    + ", or at least five of a class, of which a tenth is held out");
        }
    }

    Stream<Entry> training() {
        return entries.stream().filter(Entry::isTraining);
    }

    /** What it is measured with, by data set. */
    Map<String, List<Entry>> validation() {
        return entries.stream().filter(entry -> !entry.isTraining())
                .collect(Collectors.groupingBy(Entry::dataSet, TreeMap::new, Collectors.toList()));
    }

    /** What is trained on, in words for a model card. */
    String describe() {
        Map<String, Long> faces = training().collect(Collectors.groupingBy(Entry::dataSet, TreeMap::new, Collectors.counting()));
        return faces.entrySet().stream().map(of -> String.format(Locale.ROOT, "%s: %d faces", of.getKey(), of.getValue()))
                .collect(Collectors.joining(". "));
    }

    /** Which pictures are for what, in words for a model card. */
    static String splitRule() {
        return "trained and validated on the data sets' own splits where the log names them; else validated on what is held"
                + " out: " + HeldOut.RULE + ". Blank pictures and those that are validated on are not trained on";
    }

    void write(Path file) throws IOException {
        try (SequenceWriter writer = CSV.writerFor(Entry.class).with(COLUMNS).writeValues(file.toFile())) {
            writer.writeAll(entries);
        }
    }

    /** @throws IOException if it cannot be read, or is no manifest */
    static Manifest read(Path file) throws IOException {
        try (MappingIterator<Entry> read = CSV.readerFor(Entry.class).with(COLUMNS).readValues(file.toFile())) {
            return new Manifest(read.readAll());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no manifest, or damaged: " + e.getOriginalMessage(), e);
        }
    }
}
