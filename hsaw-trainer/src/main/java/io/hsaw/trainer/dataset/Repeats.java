package io.hsaw.trainer.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.hsaw.contracts.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Pictures that occur more than once in one or more data sets. An exact repeat has the same pixels (and region, where the
 * data set gives one). A near repeat has other pixels, but a difference hash with few other bits and brightness that
 * correlates by {@value #LEAST_LIKENESS} at least: aligned faces are so much alike that the hash alone takes different
 * people for repeats. Near-constant pictures are left aside. The splits are those that training and validation see, with
 * what is held out by itself.
 *
 * @param distance     bits, at most, in which the difference hashes of near repeats differ
 * @param pictures     compared, each with each
 * @param nearConstant left aside
 * @param parts        for each split, and each split with pictures that repeat those of the first
 * @param exact        sets of pictures that are exact repeats of one another
 * @param near         sets of pictures joined by exact or near repeats
 * @param inTraining   pictures outside the training parts of which an exact or near repeat is in one of them
 */
public record Repeats(int distance, int pictures, int nearConstant, List<InPart> parts, Groups exact, Groups near,
        @JsonIgnore Set<SampleRef> inTraining) {

    /** The distance unless another is asked for; docs/datasets.md says why. */
    public static final int DEFAULT_DISTANCE = 10;
    /** The greatest distance: beyond it nearly every pair would have to be looked at closely. */
    public static final int GREATEST_DISTANCE = 16;
    /** Correlation of near repeats' brightness. */
    static final double LEAST_LIKENESS = 0.96;

    /**
     * The pictures of one split that are repeated in the same or another one.
     *
     * @param of         data set and split
     * @param in         data set and split
     * @param exactPairs pairs with the same pixels
     * @param nearPairs  pairs that are nearly the same, with other pixels
     * @param exact      pictures of the first that have an exact repeat in the second
     * @param repeated   pictures of the first that have an exact or near repeat in the second
     */
    public record InPart(String of, String in, long exactPairs, long nearPairs, int exact, int repeated) {
    }

    /**
     * Sets of at least two pictures.
     *
     * @param groups          how many
     * @param pictures        in all of them
     * @param differentLabels groups whose pictures do not all carry the same label
     */
    public record Groups(int groups, int pictures, int differentLabels) {
    }

    /**
     * Two pictures that repeat each other.
     *
     * @param exact    whether they have the same pixels
     * @param distance bits in which their difference hashes differ
     */
    public record Pair(Picture first, Picture second, boolean exact, int distance) {
    }

    /** A picture and the data set it is in. */
    public record Picture(DataSet dataSet, SampleRef sample) {

        /** Data set and split, as in {@link InPart}. */
        public String part() {
            return dataSet.name() + "/" + sample.split();
        }

        private boolean trainedOn() {
            return sample.split().equals(dataSet.trainingSplit());
        }
    }

    /** What takes the pairs as they are found. */
    public interface Sink {
        void take(Pair pair) throws DataSetException;
    }

    /**
     * Finds all repeats. Every picture is read once.
     *
     * @param dataSets with different names
     * @param distance from 0 to {@value #GREATEST_DISTANCE}
     * @throws DataSetException if a picture cannot be read, or the sink cannot take a pair
     */
    public static Repeats find(List<DataSet> dataSets, int distance, Sink sink) throws DataSetException {
        if (distance < 0 || distance > GREATEST_DISTANCE) {
            throw new IllegalArgumentException("difference hashes of repeats differ in 0 to " + GREATEST_DISTANCE
                    + " bits, found " + distance);
        }
        Search search = new Search();
        for (DataSet dataSet : dataSets) {
            search.add(dataSet);
        }
        return search.find(distance, sink);
    }

    /** Pictures to compare, by index. */
    private static final class Search {

        private final List<Picture> pictures = new ArrayList<>();
        private final List<PictureFacts> facts = new ArrayList<>();
        /** Equal numbers for equal pixels. */
        private final List<Integer> pixels = new ArrayList<>();
        private final Map<String, Integer> numbers = new HashMap<>();
        /** The names of the parts, in the order of their numbers. */
        private final List<String> parts = new ArrayList<>();
        private final List<Integer> part = new ArrayList<>();
        private int nearConstant;

        private void add(DataSet dataSet) throws DataSetException {
            List<SampleRef> samples = dataSet.samplesWithHeldOut();
            for (int i = 0; i < samples.size(); i++) {
                PictureFacts of = dataSet.facts().get(i);
                if (of.nearConstant()) {
                    nearConstant++;
                    continue;
                }
                Picture picture = new Picture(dataSet, samples.get(i));
                pictures.add(picture);
                facts.add(of);
                String key = of.hash() + picture.sample.region();
                pixels.add(numbers.computeIfAbsent(key, k -> numbers.size()));
                if (!parts.contains(picture.part())) {
                    parts.add(picture.part());
                }
                part.add(parts.indexOf(picture.part()));
            }
        }

        private Repeats find(int distance, Sink sink) throws DataSetException {
            int n = pictures.size();
            long[] hashes = facts.stream().mapToLong(PictureFacts::gradients).toArray();
            Counts[][] counts = new Counts[parts.size()][parts.size()];
            int[] exactGroups = IntStream.range(0, n).toArray();
            int[] nearGroups = exactGroups.clone();
            Set<SampleRef> inTraining = new HashSet<>();
            for (int i = 0; i < n; i++) {
                // a few hundred million of these take a second: no index is worth its code
                for (int j = i + 1; j < n; j++) {
                    int apart = Long.bitCount(hashes[i] ^ hashes[j]);
                    if (apart > distance) {
                        continue;
                    }
                    boolean exact = pixels.get(i).equals(pixels.get(j));
                    if (!exact && !(facts.get(i).likeness(facts.get(j)) >= LEAST_LIKENESS)) {
                        continue;
                    }
                    sink.take(new Pair(pictures.get(i), pictures.get(j), exact, apart));
                    count(counts, i, j, exact);
                    unite(nearGroups, i, j);
                    if (exact) {
                        unite(exactGroups, i, j);
                    }
                    if (pictures.get(i).trainedOn() != pictures.get(j).trainedOn()) {
                        inTraining.add(pictures.get(pictures.get(i).trainedOn() ? j : i).sample);
                    }
                }
            }
            return new Repeats(distance, n, nearConstant, inParts(counts), groups(exactGroups), groups(nearGroups),
                    Collections.unmodifiableSet(inTraining));
        }

        private void count(Counts[][] counts, int i, int j, boolean exact) {
            int first = part.get(i);
            int second = part.get(j);
            Counts.at(counts, first, second).add(i, exact);
            if (first == second) {
                counts[first][second].mark(j, exact);
            } else {
                Counts.at(counts, second, first).add(j, exact);
            }
        }

        private List<InPart> inParts(Counts[][] counts) {
            List<InPart> found = new ArrayList<>();
            for (int of = 0; of < parts.size(); of++) {
                for (int in = 0; in < parts.size(); in++) {
                    Counts c = counts[of][in];
                    if (c != null) {
                        found.add(new InPart(parts.get(of), parts.get(in), c.exactPairs, c.nearPairs,
                                c.exact.cardinality(), c.repeated.cardinality()));
                    }
                }
            }
            return List.copyOf(found);
        }

        private Groups groups(int[] parents) {
            Map<Integer, Set<Expression>> labels = new HashMap<>();
            Map<Integer, Integer> sizes = new HashMap<>();
            for (int i = 0; i < parents.length; i++) {
                int root = root(parents, i);
                sizes.merge(root, 1, Integer::sum);
                labels.computeIfAbsent(root, r -> EnumSet.noneOf(Expression.class)).add(pictures.get(i).sample.label());
            }
            List<Integer> groups = sizes.keySet().stream().filter(root -> sizes.get(root) > 1).toList();
            return new Groups(groups.size(), groups.stream().mapToInt(sizes::get).sum(),
                    (int) groups.stream().filter(root -> labels.get(root).size() > 1).count());
        }

        private static void unite(int[] parents, int i, int j) {
            parents[root(parents, i)] = root(parents, j);
        }

        private static int root(int[] parents, int i) {
            int at = i;
            while (parents[at] != at) {
                parents[at] = parents[parents[at]];
                at = parents[at];
            }
            return at;
        }
    }

    /** Repeats of one part's pictures in a part. */
    private static final class Counts {

        private long exactPairs;
        private long nearPairs;
        private final BitSet exact = new BitSet();
        private final BitSet repeated = new BitSet();

        private static Counts at(Counts[][] counts, int of, int in) {
            if (counts[of][in] == null) {
                counts[of][in] = new Counts();
            }
            return counts[of][in];
        }

        private void add(int picture, boolean same) {
            exactPairs += same ? 1 : 0;
            nearPairs += same ? 0 : 1;
            mark(picture, same);
        }

        private void mark(int picture, boolean same) {
            repeated.set(picture);
            if (same) {
                exact.set(picture);
            }
        }
    }
}
