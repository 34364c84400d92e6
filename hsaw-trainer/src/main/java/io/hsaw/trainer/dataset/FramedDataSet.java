package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Samples brought into the canonical framing once, for the many epochs of a training run. In memory as bytes: one per
 * pixel for grey samples, three for others (FER2013's training part: about 70 MB). Safe for use by several threads.
 */
public final class FramedDataSet implements TrainingData {

    private static final Logger LOG = Logger.getLogger(FramedDataSet.class);
    /** Samples framed anew to see whether a cache still holds what framing gives today. */
    private static final int PROBES = 16;

    private final List<Entry> entries;

    /**
     * One sample.
     *
     * @param found whether a face was found in it
     */
    public record Entry(String id, Expression label, boolean found, PackedHalves halves) {
        static Entry of(SampleRef sample, FramedSample framed) {
            return new Entry(sample.id(), sample.label(), framed.faceFound(), PackedHalves.of(framed.halves()));
        }
    }

    /** Of samples that are framed already. */
    public FramedDataSet(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Frames samples, all of them.
     *
     * @throws DataSetException if one of them cannot be read
     */
    public static FramedDataSet frame(List<SampleRef> samples, int threads, Progress progress)
            throws DataSetException, InterruptedException {
        try (ParallelFramer framer = new ParallelFramer(threads)) {
            return frame(samples, framer, progress);
        }
    }

    /**
     * Frames samples, or reads them from a file that an earlier call wrote. The file is written anew where it is
     * missing, damaged, of other samples (by id, label, region and picture) or of another framing.
     *
     * @param cache the file; its folder is made if need be
     * @throws DataSetException if a sample cannot be read or the file cannot be written
     */
    public static FramedDataSet frame(List<SampleRef> samples, Path cache, int threads, Progress progress)
            throws DataSetException, InterruptedException {
        FramingCache file = new FramingCache(cache, FramingCache.key(samples));
        try (ParallelFramer framer = new ParallelFramer(threads)) {
            FramedDataSet cached = file.read().orElse(null);
            if (cached != null && cached.isStillFramed(samples, framer)) {
                progress.at(samples.size(), samples.size());
                return cached;
            }
            FramedDataSet framed = frame(samples, framer, progress);
            file.write(framed);
            return framed;
        }
    }

    /** The samples of several, one after another. */
    public static FramedDataSet joined(Collection<FramedDataSet> parts) {
        return new FramedDataSet(parts.stream().flatMap(part -> part.entries.stream()).toList());
    }

    /** The samples whose indices are taken, in the same order. */
    FramedDataSet where(IntPredicate taken) {
        return new FramedDataSet(IntStream.range(0, size()).filter(taken).mapToObj(entries::get).toList());
    }

    /** So many of the samples, or all if there are not more, at equal distances. */
    public FramedDataSet spread(int count) {
        int n = Math.min(count, size());
        return new FramedDataSet(IntStream.range(0, n).mapToObj(i -> entries.get((int) ((long) i * size() / n))).toList());
    }

    private static FramedDataSet frame(List<SampleRef> samples, ParallelFramer framer, Progress progress)
            throws DataSetException, InterruptedException {
        List<Entry> entries = new ArrayList<>(samples.size());
        framer.frame(samples, progress, (sample, framed) -> entries.add(Entry.of(sample, framed)));
        return new FramedDataSet(entries);
    }

    /** Whether samples from all over the data set come out the same: the detector or the splitter may have changed. */
    private boolean isStillFramed(List<SampleRef> samples, ParallelFramer framer)
            throws DataSetException, InterruptedException {
        int probes = Math.min(PROBES, samples.size());
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < probes; i++) {
            at.add((int) ((long) i * samples.size() / probes));
        }
        List<FramedSample> framed = framer.frame(at.stream().map(samples::get).toList());
        for (int i = 0; i < probes; i++) {
            FramedSample probe = framed.get(i);
            if (probe.faceFound() != found(at.get(i)) || !probe.halves().equals(halves(at.get(i)))) {
                LOG.infof("framing has changed since the cache was written: sample %s comes out different",
                        sampleId(at.get(i)));
                return false;
            }
        }
        return true;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Expression label(int i) {
        return entries.get(i).label;
    }

    /** Made anew at each call. */
    @Override
    public HalfFacePair halves(int i) {
        return entries.get(i).halves.unpack();
    }

    /** A sample. */
    public Entry entry(int i) {
        return entries.get(i);
    }

    /** Whether a face was found in a sample. */
    public boolean found(int i) {
        return entries.get(i).found;
    }

    /** The id of a sample. */
    public String sampleId(int i) {
        return entries.get(i).id;
    }

    /** Number of samples in which a face was found. */
    public int facesFound() {
        return (int) entries.stream().filter(Entry::found).count();
    }

    List<Entry> entries() {
        return entries;
    }
}
