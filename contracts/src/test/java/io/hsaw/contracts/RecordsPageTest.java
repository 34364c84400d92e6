package io.hsaw.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page about the records shows what the codecs write. */
class RecordsPageTest {

    private static final Pattern JSON_BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    private static String page;

    @BeforeAll
    static void readPage() throws IOException {
        page = Files.readString(Path.of("../docs/records.md"));
    }

    @Test
    void itsExamplesAreRecordsAsTheyAreWritten() throws IOException {
        JsonMapper mapper = new JsonMapper();
        List<JsonNode> shown = new ArrayList<>();
        for (Matcher block = JSON_BLOCK.matcher(page); block.find();) {
            shown.add(mapper.readTree(block.group(1)));
        }

        assertEquals(List.of(
                mapper.readTree(RecordCodec.EMOTIONS.encode(Samples.reply())),
                mapper.readTree(RecordCodec.EMOTIONS.encode(Samples.refusal())),
                mapper.readTree(RecordCodec.EMOTION_CHANGES.encode(Samples.beginning())),
                mapper.readTree(RecordCodec.EMOTION_CHANGES.encode(Samples.change())),
                mapper.readTree(RecordCodec.CAMERA_STATE.encode(Samples.state())),
                mapper.readTree(RecordCodec.TRAINING_COMMANDS.encode(Samples.start())),
                mapper.readTree(RecordCodec.TRAINING_PROGRESS.encode(Samples.progress())),
                mapper.readTree(RecordCodec.PSEUDO_LABELS.encode(Samples.pseudoLabel())),
                mapper.readTree(RecordCodec.LABELS.encode(Samples.answer())),
                mapper.readTree(RecordCodec.LABELS.encode(Samples.label())),
                mapper.readTree(RecordCodec.MODEL_RELEASES.encode(Samples.release())),
                mapper.readTree(RecordCodec.CAMERA_SETTINGS.encode(Samples.cameraSettings()))), shown);
    }

    @Test
    void itNamesEveryTopicRejectionAndHeader() {
        Topics.all().forEach(topic -> assertNamed(topic.name()));
        Topics.learningLoop().forEach(topic -> assertNamed(topic.name()));
        List.of(LabeledFrame.LABEL, LabeledFrame.DATA_SET, LabeledFrame.SPLIT, LabeledFrame.CROP, LabeledFrame.FACE,
                LabeledFrame.CAPTURED_FROM, LabeledFrame.REASON, LabeledFrame.EXPIRES, LabeledFrame.CONSENTED_SINCE)
                .forEach(RecordsPageTest::assertNamed);
        for (RejectionCode code : RejectionCode.values()) {
            assertNamed(code.label());
        }
        List.of(CloudEvents.SPEC_VERSION, CloudEvents.ID, CloudEvents.TIME, CloudEvents.SOURCE, CloudEvents.TYPE,
                CloudEvents.MIRRORED, CloudEvents.CONTENT_TYPE, CloudEvents.REJECTION_CODE,
                CloudEvents.REJECTION_DETAIL).forEach(RecordsPageTest::assertNamed);
    }

    private static void assertNamed(String name) {
        assertTrue(page.contains("`" + name + "`"), name);
    }
}
