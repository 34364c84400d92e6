package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FramedDataSetTest {

    @TempDir
    Path folder;

    private static SampleRef ref(String id, Expression label, byte[] picture) {
        return new SampleRef(id, label, "train", true, null, id, () -> picture);
    }

    /** A photo with a face and nine pictures without one. */
    private static List<SampleRef> samples() {
        List<SampleRef> samples = new ArrayList<>();
        samples.add(ref("face", Expression.HAPPINESS, TestPictures.graceHopper()));
        for (int i = 0; i < 9; i++) {
            samples.add(ref("noise" + i, Expression.values()[i % 7], TestPictures.png(TestPictures.noise(i))));
        }
        return samples;
    }

    private static void assertSame(FramedDataSet expected, FramedDataSet found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.sampleId(i), found.sampleId(i));
            assertEquals(expected.label(i), found.label(i));
            assertEquals(expected.found(i), found.found(i));
            assertEquals(expected.halves(i), found.halves(i));
        }
    }

    @Test
    void samplesKeepTheirOrderOverThreads() throws Exception {
        List<SampleRef> samples = samples();
        List<Integer> done = new ArrayList<>();
        FramedDataSet framed = FramedDataSet.frame(samples, 3, (at, total) -> done.add(at));
        assertEquals(samples.stream().map(SampleRef::id).toList(),
                Stream.iterate(0, i -> i + 1).limit(framed.size()).map(framed::sampleId).toList());
        assertEquals(1, framed.facesFound());
        assertTrue(framed.found(0));
        assertEquals(10, done.get(done.size() - 1));
        try (SampleFramer framer = new SampleFramer()) {
            assertEquals(framer.frame(samples.get(4).read()).halves(), framed.halves(4));
        }
    }

    @Test
    void aCacheGivesTheSameAndIsNotWrittenAgain() throws Exception {
        Path cache = folder.resolve("new/folder/framed.bin");
        FramedDataSet first = FramedDataSet.frame(samples(), cache, 2, Progress.NONE);
        FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(cache, longAgo);
        FramedDataSet second = FramedDataSet.frame(samples(), cache, 2, Progress.NONE);
        assertSame(first, second);
        assertEquals(longAgo, Files.getLastModifiedTime(cache));
        try (Stream<Path> files = Files.list(cache.getParent())) {
            assertEquals(List.of(cache), files.toList());
        }
    }

    @Test
    void aCacheOfOtherSamplesIsReplaced() throws Exception {
        Path cache = folder.resolve("framed.bin");
        FramedDataSet.frame(samples(), cache, 2, Progress.NONE);
        List<SampleRef> relabelled = new ArrayList<>(samples());
        relabelled.set(3, ref("noise2", Expression.DISGUST, TestPictures.png(TestPictures.noise(2))));
        assertEquals(Expression.DISGUST, FramedDataSet.frame(relabelled, cache, 2, Progress.NONE).label(3));
        List<SampleRef> changed = new ArrayList<>(samples());
        changed.set(3, ref("noise2", Expression.FEAR, TestPictures.png(TestPictures.noise(77))));
        assertSame(FramedDataSet.frame(changed, 2, Progress.NONE),
                FramedDataSet.frame(changed, cache, 2, Progress.NONE));
        assertEquals(5, FramedDataSet.frame(samples().subList(0, 5), cache, 2, Progress.NONE).size());
    }

    @Test
    void aCacheOfAnotherFramingIsReplaced() throws Exception {
        Path cache = folder.resolve("framed.bin");
        FramedDataSet now = FramedDataSet.frame(samples(), 2, Progress.NONE);
        // what an earlier detector or splitter might have left: the right key, but other halves
        List<FramedDataSet.Entry> other = new ArrayList<>(now.entries());
        other.set(0, new FramedDataSet.Entry("face", Expression.HAPPINESS, true, now.entries().get(1).halves()));
        new FramingCache(cache, FramingCache.key(samples())).write(new FramedDataSet(other));

        assertSame(now, FramedDataSet.frame(samples(), cache, 2, Progress.NONE));
        assertSame(now, new FramingCache(cache, FramingCache.key(samples())).read().orElseThrow());
    }

    @Test
    void aDamagedCacheIsNeverUsed() throws Exception {
        Path cache = folder.resolve("framed.bin");
        FramingCache file = new FramingCache(cache, "key");
        file.write(FramedDataSet.frame(samples().subList(1, 4), 1, Progress.NONE));
        byte[] whole = Files.readAllBytes(cache);
        for (int length : new int[] {0, 3, 8, 20, 100, whole.length / 2, whole.length - 1}) {
            Files.write(cache, Arrays.copyOf(whole, length));
            assertTrue(file.read().isEmpty(), "cut to " + length);
        }
        for (int at = 0; at < whole.length; at += 97) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x40;
            Files.write(cache, bytes);
            assertTrue(file.read().isEmpty(), "changed at " + at);
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
        Path inTheWay = TestPictures.write(folder.resolve("file"), "no folder");
        Path cache = inTheWay.resolve("framed.bin");
        String message = assertThrows(DataSetException.class,
                () -> FramedDataSet.frame(samples().subList(1, 3), cache, 1, Progress.NONE)).getMessage();
        assertStarts(cache + ": framed samples cannot be written", message);
    }

    @Test
    void aDamagedSampleStopsTheFramingAndIsNamed() {
        List<SampleRef> samples = new ArrayList<>(samples());
        samples.set(5, ref("broken", Expression.FEAR, new byte[] {1, 2, 3}));
        String message = assertThrows(DataSetException.class, () -> FramedDataSet.frame(samples, 2, Progress.NONE))
                .getMessage();
        assertStarts("broken: expected a complete picture: ", message);
    }
}
