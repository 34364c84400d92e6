package io.hsaw.local;

import io.hsaw.network.heads.Losses;
import io.hsaw.network.training.Augmentation;
import io.hsaw.network.training.TrainingSettings;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that say how a model is trained; those not given are as in the preset. */
final class RecipeOptions {

    @Option(names = "--preset", defaultValue = "modern", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}); paper: the settings of the paper's section 5.1.")
    private Preset preset;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: the preset's).")
    private Integer epochs;

    @Option(names = "--time-limit", paramLabel = "TIME", converter = Time.class,
            description = "Such as 90m or 2h: by then the run has come to its end, whatever --epochs says.")
    private Duration timeLimit;

    @Option(names = "--stage", defaultValue = "FULL", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}); whole: trunk and P_all on whole faces alone, parts: trunk, P_all and P_i on one part"
            + " of each face; both prepare a run of the full network at a third of the cost.")
    private Stage stage;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Height and width of the crops, a multiple of 32 from"
            + " 64 to 224: smaller ones cost less and prepare for 224 (default: the preset's).")
    private Integer size;

    @Option(names = "--frozen-stages", paramLabel = "N", defaultValue = "0",
            description = "So many stages of the trunk keep their weights, 0 to 4 (default: ${DEFAULT-VALUE}).")
    private int frozenStages;

    @Option(names = "--batch", paramLabel = "N", description = "Faces per update (default: the preset's).")
    private Integer batch;

    @Option(names = "--micro-batch", paramLabel = "N", description = "Faces whose gradients are computed at a time; a"
            + " divisor of the batch. Less takes less memory (default: the greatest that takes no more than 32 at 224"
            + " pixels).")
    private Integer microBatch;

    @Option(names = "--optimizer", description = "One of ${COMPLETION-CANDIDATES} (default: the preset's).")
    private TrainingSettings.Optimizer optimizer;

    @Option(names = "--trunk-rate", paramLabel = "RATE",
            description = "The trunk's highest learning rate (default: the preset's).")
    private Double trunkRate;

    @Option(names = "--heads-rate", paramLabel = "RATE",
            description = "The heads' highest learning rate (default: the preset's).")
    private Double headsRate;

    @Option(names = "--weight-decay", paramLabel = "RATE", description = "Of matrices (default: the preset's).")
    private Double weightDecay;

    @Option(names = "--averaging", paramLabel = "SHARE", description = "The model is a moving average of the weights"
            + " that keeps this share of itself at each update, such as 0.998; 0 for the weights themselves (default: the"
            + " preset's).")
    private Double averaging;

    @Option(names = "--balance", paramLabel = "SHARE", description = "How much rare classes are shown more often: 0 as"
            + " often as they occur, 1 all equally often (default: the preset's).")
    private Double balance;

    @Option(names = "--mixup", paramLabel = "ALPHA",
            description = "Faces and labels are mixed by Beta(ALPHA, ALPHA); 0 for none (default: the preset's).")
    private Double mixup;

    @Option(names = "--pooled-weight", paramLabel = "WEIGHT", description = "Weight of a further classifier on the"
            + " trunk, for training only (default: the preset's).")
    private Double pooledWeight;

    @Option(names = "--label-smoothing", paramLabel = "SHARE",
            description = "Share of the target spread over all classes (default: the preset's).")
    private Double labelSmoothing;

    @Option(names = "--augmentation", description = "One of ${COMPLETION-CANDIDATES}; paper: rotation and erasing alone"
            + " (default: the preset's).")
    private Changes augmentation;

    @Option(names = "--turned", paramLabel = "SHARE", description = "So many of the heads are turned to one side, 0 to 1"
            + " (default: the preset's).")
    private Double turned;

    @Option(names = "--mirrored", paramLabel = "SHARE", description = "So many of the faces are shown mirrored, 0 to 1:"
            + " more to learn from, but what tells left from right is lost (default: the preset's).")
    private Double mirrored;

    @Option(names = "--seed", paramLabel = "N", description = "Of the order and all random changes (default: the"
            + " preset's).")
    private Long seed;

    private enum Preset {
        MODERN, PAPER;

        private TrainingSettings settings() {
            return this == MODERN ? TrainingSettings.modern() : TrainingSettings.paper();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The stages that end in a model. */
    private enum Stage {
        WHOLE, PARTS, FULL
    }

    private enum Changes {
        NONE(Augmentation.NONE), PAPER(Augmentation.PAPER), STANDARD(Augmentation.STANDARD);

        private final Augmentation augmentation;

        Changes(Augmentation augmentation) {
            this.augmentation = augmentation;
        }
    }

    /** @throws IllegalArgumentException naming the setting that is out of range or contradicts another */
    TrainingSettings settings() {
        TrainingSettings base = preset.settings();
        if (labelSmoothing != null && !(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("--label-smoothing must be at least 0 and less than 1, found "
                    + labelSmoothing);
        }
        int faces = or(batch, base.batch());
        int pixels = or(size, base.size());
        Augmentation changes = augmentation == null ? base.augmentation() : augmentation.augmentation;
        return base.but().lasting(or(epochs, base.epochs()), timeLimit)
                .stage(TrainingSettings.Stage.valueOf(stage.name()), frozenStages)
                .size(pixels)
                .batch(faces, or(microBatch, TrainingSettings.microBatch(faces, pixels)))
                .optimizer(or(optimizer, base.optimizer()), or(weightDecay, base.weightDecay()))
                .rates(or(trunkRate, base.trunkLearningRate()), or(headsRate, base.headsLearningRate()))
                .averaging(or(averaging, base.averaging()))
                .balance(or(balance, base.balance()))
                .mixup(or(mixup, base.mixup()))
                .pooledWeight(or(pooledWeight, base.pooledWeight()))
                .losses(labelSmoothing == null ? base.losses() : new Losses(base.losses().alpha(), base.losses().beta(),
                        base.losses().gamma(), labelSmoothing.floatValue()))
                .augmentation(changes.mirrored(or(mirrored, changes.mirrored())).turned(or(turned, changes.turned())))
                .seed(or(seed, base.seed()))
                .build();
    }

    private static <T> T or(T given, T preset) {
        return given == null ? preset : given;
    }

    /** Times such as 90m or 2h. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String time) {
            try {
                return Duration.parse("PT" + time.toUpperCase(Locale.ROOT));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + time + "' is no time such as 90m, 2h or 1h30m");
            }
        }
    }
}
