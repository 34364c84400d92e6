package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame.Split;
import io.hsaw.trainer.samples.KnownSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

    @TempDir
    Path folder;

    private static KnownSample sample(String id, Expression label, Split split, String pixels) {
        return new KnownSample(id, "one", label, label, split, "sha-" + id, pixels, false);
    }

    private static List<String> ids(Manifest manifest, Split split) {
        return manifest.entries().stream().filter(entry -> entry.split() == split).map(Manifest.Entry::sample).toList();
    }

    @Test
    void theDataSetsOwnSplitIsKeptAndNothingMeasuredOnIsTrainedOn() throws Exception {
        Manifest manifest = Manifest.of(List.of(
                sample("a", Expression.ANGER, Split.TRAINING, "1"),
                sample("b", Expression.FEAR, Split.TRAINING, "2"),
                sample("c", Expression.FEAR, Split.VALIDATION, "3"),
                sample("the same pixels as c", Expression.FEAR, Split.TRAINING, "3"),
                new KnownSample("blank", "one", Expression.FEAR, Expression.FEAR, Split.TRAINING, "sha", "4", true),
                new KnownSample("nobody has said", "one", null, null, null, "sha", "5", false),
                new KnownSample("of another data set", "two", Expression.FEAR, Expression.FEAR, Split.TRAINING, "sha", "6", false)),
                List.of("one"));
        assertEquals(List.of("a", "b"), ids(manifest, Split.TRAINING));
        assertEquals(List.of("c"), ids(manifest, Split.VALIDATION));
        assertEquals("one: 2 faces", manifest.describe());
    }

    @Test
    void whatIsMeasuredOnHasTheLabelItWasPublishedWithAndWhatIsTrainedOnTheNewest() throws Exception {
        Manifest manifest = Manifest.of(List.of(
                new KnownSample("a", "one", Expression.ANGER, Expression.DISGUST, Split.TRAINING, "sha", "1", false),
                sample("b", Expression.FEAR, Split.TRAINING, "2"),
                new KnownSample("c", "one", Expression.ANGER, Expression.DISGUST, Split.VALIDATION, "sha", "3", false),
                new KnownSample("labelled later", "one", null, Expression.ANGER, null, "sha", "4", false)), List.of());
        assertEquals(List.of(Expression.DISGUST, Expression.FEAR, Expression.ANGER, Expression.ANGER),
                manifest.entries().stream().map(Manifest.Entry::label).toList());
        assertEquals(List.of("a", "b", "labelled later"), ids(manifest, Split.TRAINING));
    }

    @Test
    void aTenthOfEachClassIsHeldOutByTheHashOfThePicturesWhateverTheirOrder() throws Exception {
        List<KnownSample> samples = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            samples.add(sample("s" + i, i % 2 == 0 ? Expression.ANGER : Expression.FEAR, null, "p" + i / 4));
        }
        Manifest manifest = Manifest.of(samples, List.of());
        Set<String> validation = pixels(samples, ids(manifest, Split.VALIDATION));
        Set<String> training = pixels(samples, ids(manifest, Split.TRAINING));
        assertTrue(validation.size() >= 2, validation.toString());
        assertTrue(validation.stream().noneMatch(training::contains), "equal pictures lie on one side");

        samples.sort((a, b) -> b.pixels().compareTo(a.pixels()));
        assertEquals(validation, pixels(samples, ids(Manifest.of(samples, List.of()), Split.VALIDATION)));
    }

    private static Set<String> pixels(List<KnownSample> samples, List<String> ids) {
        return samples.stream().filter(sample -> ids.contains(sample.id())).map(KnownSample::pixels).collect(Collectors.toSet());
    }

    @Test
    void itIsReadAsItWasWritten() throws Exception {
        Manifest manifest = new Manifest(List.of(
                new Manifest.Entry("a, \"b\"", "data, set", "sha", Expression.ANGER, Split.TRAINING),
                new Manifest.Entry("línea\nnueva", "1", "sha", Expression.NEUTRAL, Split.VALIDATION)));
        Path file = folder.resolve("manifest.csv");
        manifest.write(file);
        assertEquals(manifest, Manifest.read(file));

        Files.writeString(file, "sample,picture\n1,2\n");
        String message = assertThrows(IOException.class, () -> Manifest.read(file)).getMessage();
        assertTrue(message.contains(file.toString()), message);
    }
}
