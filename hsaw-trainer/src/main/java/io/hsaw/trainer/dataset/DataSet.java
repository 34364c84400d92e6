package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Labelled pictures, in splits. A data set that has no part of its own to validate on gets one: {@link #VALIDATION}, a
 * tenth of the training part ({@link HeldOut}). Samples are in the order of their ids. To be closed after the last
 * picture is read.
 */
public final class DataSet implements AutoCloseable {

    /** Every sample, whatever its split. */
    public static final String ALL = "all";
    /** The training part of data sets that do not name it otherwise. */
    public static final String TRAIN = "train";
    /** A part kept from training by {@link HeldOut}, or by the data set itself. */
    public static final String VALIDATION = "validation";

    private final String name;
    private final LabelScheme labels;
    private final List<SampleRef> samples;
    private final Roles roles;
    private final Closeable files;
    private List<PictureFacts> facts;
    private List<SampleRef> samplesWithHeldOut;

    /**
     * What the splits are for.
     *
     * @param source     the data set's own split that training pictures come from
     * @param training   the name of what training sees of it
     * @param validation the data set's own split to validate on; null to hold a tenth of the source out
     * @param evaluation the split that figures are made on unless another is asked for
     */
    record Roles(String source, String training, String validation, String evaluation) {
    }

    DataSet(String name, LabelScheme labels, List<SampleRef> samples, Roles roles, Closeable files) {
        this.name = name;
        this.labels = labels;
        this.samples = List.copyOf(samples);
        this.roles = roles;
        this.files = files;
    }

    /** The data set's name: its format's on the command line, unless it was given another. */
    public String name() {
        return name;
    }

    /** The same data set under another name, to tell it from others of its format; closing one closes both. */
    public DataSet named(String other) {
        return new DataSet(other, labels, samples, roles, files);
    }

    /** Its classes, in its own order. */
    public List<Expression> classes() {
        return labels.classes();
    }

    /** The split to train on. */
    public String trainingSplit() {
        return roles.training;
    }

    /** The split to validate on while training. */
    public String validationSplit() {
        return roles.validation == null ? VALIDATION : roles.validation;
    }

    /** The split that figures are made on unless another is asked for. */
    public String evaluationSplit() {
        return roles.evaluation;
    }

    /** Which pictures are for what, in words for a model card. */
    public String splitRule() {
        return roles.validation != null
                ? "trained on " + trainingSplit() + ", validated on " + validationSplit() + " of " + name
                        + "'s own splits"
                : "trained on " + trainingSplit() + " of " + name + ", validated on what is held out from it: "
                        + HeldOut.RULE;
    }

    /** The splits there are; {@link #ALL} is one of them. */
    public List<String> splits() {
        Set<String> splits = new LinkedHashSet<>();
        splits.add(ALL);
        splits.add(trainingSplit());
        splits.add(validationSplit());
        samples.forEach(sample -> splits.add(sample.split()));
        return List.copyOf(splits);
    }

    /**
     * The samples of a split. Where the split is held out from training, all pictures are read once to tell.
     *
     * @return at least one
     * @throws DataSetException if there is no such split (names those there are), or it holds nothing
     */
    public List<SampleRef> samples(String split) throws DataSetException {
        if (!splits().contains(split)) {
            throw new DataSetException("%s has no split %s here; there are %s", name, split,
                    String.join(", ", splits()));
        }
        List<SampleRef> found = split.equals(ALL) ? samples
                : samplesInParts(split).stream().filter(sample -> sample.split().equals(split)).toList();
        if (found.isEmpty()) {
            throw new DataSetException("split %s of %s holds no pictures here", split, name);
        }
        return found;
    }

    /**
     * What there is to learn from: the samples of training and validation, in the data set's own splits. Nothing is held
     * out, so that no picture is read.
     */
    public List<SampleRef> samplesForLearning() {
        return samples.stream().filter(sample -> sample.split().equals(roles.source)
                || sample.split().equals(roles.validation)).toList();
    }

    /**
     * Which part the data set says that a sample in one of its own splits belongs to: what is not for training is never
     * trained on. Null where training and validation are not told apart by the data set.
     */
    public LabeledFrame.Split part(SampleRef sample) {
        return !sample.split().equals(roles.source) ? LabeledFrame.Split.VALIDATION
                : roles.validation == null ? null : LabeledFrame.Split.TRAINING;
    }

    /** Every sample, held out or not if the split asks for that; pictures are read only where they must be. */
    private List<SampleRef> samplesInParts(String split) throws DataSetException {
        boolean cut = roles.validation == null && (split.equals(roles.training) || split.equals(VALIDATION));
        return cut ? samplesWithHeldOut() : samples;
    }

    /** Every sample, with the splits that training and validation see. In the order of {@link #facts()}. */
    synchronized List<SampleRef> samplesWithHeldOut() throws DataSetException {
        if (roles.validation != null) {
            return samples;
        }
        if (samplesWithHeldOut == null) {
            List<Expression> labels = new ArrayList<>();
            List<String> hashes = new ArrayList<>();
            List<PictureFacts> all = facts();
            for (int i = 0; i < samples.size(); i++) {
                if (samples.get(i).split().equals(roles.source)) {
                    labels.add(samples.get(i).label());
                    hashes.add(all.get(i).hash());
                }
            }
            Set<String> heldOut = HeldOut.hashes(labels, hashes);
            List<SampleRef> parts = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                SampleRef sample = samples.get(i);
                boolean fromSource = sample.split().equals(roles.source);
                parts.add(!fromSource ? sample
                        : sample.inSplit(heldOut.contains(all.get(i).hash()) ? VALIDATION : roles.training));
            }
            samplesWithHeldOut = List.copyOf(parts);
        }
        return samplesWithHeldOut;
    }

    /** Facts of every sample's picture, in the order of {@link #ALL}. */
    List<PictureFacts> facts() throws DataSetException {
        return facts(Progress.NONE);
    }

    /**
     * Reads every picture, once: what others need to know of them is then at hand.
     *
     * @throws DataSetException if one of them cannot be read
     */
    public void examine(Progress progress) throws DataSetException {
        facts(progress);
    }

    private synchronized List<PictureFacts> facts(Progress progress) throws DataSetException {
        if (facts == null) {
            List<PictureFacts> read = new ArrayList<>(samples.size());
            for (SampleRef sample : samples) {
                read.add(PictureFacts.of(sample.read()));
                progress.at(read.size(), samples.size());
            }
            facts = List.copyOf(read);
        }
        return facts;
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
