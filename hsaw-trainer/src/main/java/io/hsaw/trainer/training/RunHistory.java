package io.hsaw.trainer.training;

import io.hsaw.network.training.Judge;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.Validation;
import io.hsaw.trainer.report.Charts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Keeps what came of each epoch in a run's folder: {@code history.csv}, one line for each, and the same as
 * {@code curve.png}. A run that goes on after a stop adds to what is there; losses are then means over the part of the
 * epoch after the stop. That a file cannot be written is warned of and ends no run. Hands everything on to another
 * listener.
 */
final class RunHistory implements TrainingListener {

    static final String TABLE = "history.csv";
    static final String CURVE = "curve.png";

    private static final Logger LOG = Logger.getLogger(RunHistory.class);
    private static final List<String> COLUMNS = List.of("epoch", "seconds", "loss", "weight_sum", "balance",
            "cross_entropy", "training_accuracy", "accuracy", "mean_class_accuracy", "whole", "auxiliary", "left", "right",
            "weight_left", "weight_right");
    /** Losses and accuracy of a step. */
    private static final int MEANS = 5;

    private final Path folder;
    private final TrainingListener next;
    private final List<double[]> epochs = new ArrayList<>();
    private final double[] sums = new double[MEANS];
    private int steps;
    private double seconds;

    RunHistory(Path folder, TrainingListener next) {
        this.folder = folder;
        this.next = next;
        read(folder.resolve(TABLE));
    }

    @Override
    public void step(Step step) {
        double[] values = {step.total(), step.weightSum(), step.balance(), step.crossEntropy(), step.accuracy()};
        for (int i = 0; i < MEANS; i++) {
            sums[i] += values[i];
        }
        steps++;
        seconds = step.elapsed().toMillis() / 1000.0;
        next.step(step);
    }

    @Override
    public void validated(double epoch, Validation figures) {
        if (steps > 0) {
            // what is there of later epochs is of a run that was begun anew
            epochs.removeIf(row -> row[0] >= epoch - 1e-6);
            epochs.add(DoubleStream.concat(DoubleStream.concat(DoubleStream.of(epoch, seconds),
                    DoubleStream.of(sums).map(sum -> sum / steps)),
                    DoubleStream.of(figures.fused(), figures.meanClassAccuracy(), figures.whole(), figures.auxiliary(),
                            figures.left(), figures.right(), figures.weightLeft(), figures.weightRight())).toArray());
            Arrays.fill(sums, 0);
            steps = 0;
            write();
        }
        next.validated(epoch, figures);
    }

    @Override
    public void epochEnded(int epoch, Judge judge) throws TrainingException, InterruptedException {
        next.epochEnded(epoch, judge);
    }

    @Override
    public boolean stopped() {
        return next.stopped();
    }

    private void read(Path table) {
        if (!Files.exists(table)) {
            return;
        }
        try {
            List<String> lines = Files.readAllLines(table);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                double[] row = Stream.of(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
                if (row.length != COLUMNS.size()) {
                    throw new IOException("a line has " + row.length + " fields, expected " + COLUMNS.size());
                }
                epochs.add(row);
            }
        } catch (IOException | NumberFormatException e) {
            epochs.clear();
            LOG.warnf("%s cannot be read (%s): it begins anew", table, e.getMessage());
        }
    }

    private void write() {
        try {
            replace(TABLE, file -> {
                List<String> lines = new ArrayList<>(List.of(String.join(",", COLUMNS)));
                for (double[] row : epochs) {
                    lines.add(String.join(",", DoubleStream.of(row)
                            .mapToObj(value -> String.format(Locale.ROOT, "%.6g", value)).toList()));
                }
                Files.write(file, lines);
            });
            replace(CURVE, file -> Charts.training(file, lines(2, 6), lines(6, 13)));
        } catch (IOException e) {
            LOG.warnf("how the run goes cannot be kept in %s (%s): free the disk", folder, e);
        }
    }

    /** The columns from one to before another, over the epochs. */
    private List<Charts.Line> lines(int from, int to) {
        double[] x = column(0);
        List<Charts.Line> lines = new ArrayList<>();
        for (int column = from; column < to; column++) {
            lines.add(new Charts.Line(COLUMNS.get(column).replace('_', ' '), x, column(column)));
        }
        return lines;
    }

    private double[] column(int column) {
        return epochs.stream().mapToDouble(row -> row[column]).toArray();
    }

    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    /** Replaces a file as a whole, so that a full disk leaves the one before. */
    private void replace(String name, Content content) throws IOException {
        Path part = folder.resolve(name + ".part");
        try {
            content.writeTo(part);
            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
