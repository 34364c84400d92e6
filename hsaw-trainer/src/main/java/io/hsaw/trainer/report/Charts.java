package io.hsaw.trainer.report;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Interval;
import java.awt.Color;
import java.awt.Font;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Plots as PNG files. The folder of the file must be there. */
public final class Charts {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 560;
    /** More of them in the names of categories need to be slanted, lest they overlap. */
    private static final int MOST_LETTERS = 60;

    private Charts() {
    }

    /**
     * A curve.
     *
     * @param name of the curve, unlike the others'
     * @param x    at least one
     * @param y    as many
     */
    public record Line(String name, double[] x, double[] y) {
    }

    /**
     * Values by category.
     *
     * @param name      of the series, unlike the others'
     * @param values    one per category
     * @param intervals as many, shown as bars about the values; null to show none
     */
    public record Series(String name, List<Double> values, List<Interval> intervals) {
    }

    /** The end of an axis that follows from the values. */
    private static final Double FREE = null;

    /** Curves over a common axis. */
    public static void lines(Path file, String title, String xTitle, String yTitle, List<Line> lines)
            throws IOException {
        lines(file, title, xTitle, yTitle, FREE, lines);
    }

    /** Curves between 0 and 1 on both axes. */
    public static void shares(Path file, String title, String xTitle, String yTitle, List<Line> lines)
            throws IOException {
        lines(file, title, xTitle, yTitle, 1.0, lines);
    }

    private static void lines(Path file, String title, String xTitle, String yTitle, Double end, List<Line> lines)
            throws IOException {
        write(chart(title, xTitle, yTitle, end, lines), file);
    }

    private static XYChart chart(String title, String xTitle, String yTitle, Double end, List<Line> lines) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle)
                .yAxisTitle(yTitle).build();
        style(chart.getStyler());
        if (end != FREE) {
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(end).setYAxisMin(0.0).setYAxisMax(end);
        }
        for (Line line : lines) {
            chart.addSeries(line.name, line.x, line.y)
                    .setMarker(line.x.length > 30 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        return chart;
    }

    /**
     * Values by category, as bars from nothing.
     *
     * @param categories at least one
     */
    public static void bars(Path file, String title, String xTitle, String yTitle, List<String> categories,
            List<Series> series) throws IOException {
        categories(file, title, xTitle, yTitle, categories, series, CategorySeriesRenderStyle.Bar);
    }

    /** Shares by category, as points joined by lines where the categories have an order. */
    public static void steps(Path file, String title, String xTitle, String yTitle, List<String> categories,
            List<Series> series) throws IOException {
        categories(file, title, xTitle, yTitle, categories, series, CategorySeriesRenderStyle.Line);
    }

    private static void categories(Path file, String title, String xTitle, String yTitle, List<String> categories,
            List<Series> series, CategorySeriesRenderStyle look) throws IOException {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xTitle)
                .yAxisTitle(yTitle).build();
        style(chart.getStyler());
        if (categories.stream().mapToInt(String::length).sum() > MOST_LETTERS) {
            chart.getStyler().setXAxisLabelRotation(30);
        }
        chart.getStyler().setDefaultSeriesRenderStyle(look).setErrorBarsColor(Color.DARK_GRAY);
        if (look == CategorySeriesRenderStyle.Line) {
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        }
        for (Series one : series) {
            if (one.intervals == null) {
                chart.addSeries(one.name, categories, one.values);
            } else {
                chart.addSeries(one.name, categories, one.values, reaches(one));
            }
        }
        write(chart, file);
    }

    /** Bars are drawn equally long both ways, so they get the longer of the two. */
    private static List<Double> reaches(Series series) {
        List<Double> reaches = new ArrayList<>();
        for (int i = 0; i < series.values.size(); i++) {
            double value = series.values.get(i);
            Interval interval = series.intervals.get(i);
            reaches.add(Math.max(value - interval.low(), interval.high() - value));
        }
        return reaches;
    }

    /**
     * How a training run goes: losses above, accuracies below, over a common axis of epochs.
     *
     * @param losses     at least one
     * @param accuracies at least one, from 0 to 1
     */
    public static void training(Path file, List<Line> losses, List<Line> accuracies) throws IOException {
        List<XYChart> charts = List.of(chart("Losses", "epoch", "mean over the epoch", FREE, losses),
                chart("Accuracy", "epoch", "share right", FREE, accuracies));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            BitmapEncoder.saveBitmap(charts, 2, 1, out, BitmapFormat.PNG);
        }
    }

    /**
     * A confusion matrix: of each true expression's samples, the share that got each answer.
     *
     * @param confusion counts; rows true, columns predicted, in the order of {@link Expression}
     */
    public static void confusion(Path file, String title, List<List<Integer>> confusion) throws IOException {
        List<String> names = Arrays.stream(Expression.values()).map(Expression::label).toList();
        // the vertical axis runs upwards, a matrix downwards
        List<String> upwards = new ArrayList<>();
        List<Number[]> cells = new ArrayList<>();
        for (int y = 0; y < Expression.COUNT; y++) {
            int row = Expression.COUNT - 1 - y;
            int all = confusion.get(row).stream().mapToInt(Integer::intValue).sum();
            upwards.add(names.get(row) + " (" + all + ")");
            for (int x = 0; x < Expression.COUNT; x++) {
                cells.add(new Number[] {x, y, all == 0 ? 0 : 100.0 * confusion.get(row).get(x) / all});
            }
        }
        HeatMapChart chart = new HeatMapChartBuilder().width(WIDTH).height(HEIGHT).title(title)
                .xAxisTitle("answer").yAxisTitle("label (samples)").build();
        style(chart.getStyler());
        chart.getStyler().setShowValue(true).setValueFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
                .setHeatMapValueDecimalPattern("0.0").setMin(0).setMax(100)
                .setRangeColors(new Color[] {Color.WHITE, new Color(0x6b, 0xae, 0xd6)});
        chart.addSeries("%", names, upwards, cells);
        write(chart, file);
    }

    private static void style(AxesChartStyler style) {
        style.setChartBackgroundColor(Color.WHITE);
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setPlotGridLinesVisible(true);
    }

    private static void write(Chart<?, ?> chart, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
        }
    }
}
