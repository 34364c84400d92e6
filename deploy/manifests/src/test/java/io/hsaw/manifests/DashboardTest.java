package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The dashboard by itself, and how its queries are compared with metrics. */
class DashboardTest {

    private static final List<Series> SERVED = Series.parse("""
            # HELP frames_total Frames.
            frames_total{stage="a"} 1.0
            work_seconds_bucket{stage="a",le="0.5"} 3
            replies_total{kind="rejected",reason="a \\"b\\" {c}"} 2.0
            """, "a", "127.0.0.1:1");

    @Test
    void panelsHaveTheirPlacesAndSayWhatTheyShow() throws Exception {
        Dashboard.check(Manifests.asTheyAre());
    }

    @Test
    void aLineOfMetricsIsReadWithItsLabels() {
        assertEquals(new Series("replies_total", Map.of("kind", "rejected", "reason", "a \\\"b\\\" {c}", "job", "a",
                "instance", "127.0.0.1:1")), SERVED.get(2));
    }

    @Test
    void queriesForWhatIsServedMissNothing() {
        assertEquals(List.of(), missing("sum by (stage, job) (rate(frames_total{stage=~\"$stage\"}[5m])) > 0"));
        assertEquals(List.of(), missing("histogram_quantile(0.5, sum by (le) (rate(work_seconds_bucket[1m])))"));
        assertEquals(List.of(), missing("frames_total offset 2m unless on (instance) replies_total{kind!=\"faces\"}"));
    }

    @Test
    void whatIsNotServedIsNamed() {
        assertEquals(List.of("frame_total"), missing("frame_total / 1e3"));
        assertEquals(List.of("frames_total{stage=\"b\"}"), missing("absent(frames_total{stage=\"b\"})"));
        assertEquals(List.of("frames_total{step=\"a\"}"), missing("frames_total{step=\"a\"}"));
        assertEquals(List.of("label partition"), missing("sum by (partition) (frames_total)"));
        assertEquals(List.of("label host"), new Query("frames_total").naming(Set.of("host")).missingIn(SERVED));
        assertEquals(List.of("b_total"), missing("rate(frames_total[1m]) or b_total"));
        assertEquals(List.of("any series"), missing("time()"));
    }

    private static List<String> missing(String query) {
        return new Query(query).missingIn(SERVED);
    }
}
