package io.hsaw.feedback.service;

import io.hsaw.contracts.ModelRef;
import io.hsaw.feedback.Proposal;
import io.hsaw.feedback.Queries.SampleLabel;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Lists as CSV (RFC 4180, UTF-8), written while they are read, page by page. */
final class Csv {

    private Csv() {
    }

    static StreamingOutput proposals(Function<Long, List<Proposal>> pages) {
        return rows("id,run,epoch,sample,dataSet,model,version,label,proposed,fused,decision,reason,decidedBy,decidedAt", pages,
                Proposal::seq, proposal -> new Object[] {proposal.id(), proposal.runId(), proposal.epoch(),
                    proposal.sampleId(), proposal.dataSet(), proposal.model().name(), proposal.model().version(),
                    proposal.label(), proposal.proposed(), proposal.fused().of(proposal.proposed()), proposal.decision(),
                    proposal.reason(), proposal.decidedBy(), proposal.decidedAt()});
    }

    static StreamingOutput labels(Function<String, List<SampleLabel>> pages) {
        return rows("sample,dataSet,split,capturedFrom,original,label,origin,run,model,version,by,at", pages,
                SampleLabel::sampleId, label -> new Object[] {label.sampleId(), label.dataSet(), label.split(),
                    label.capturedFrom(), label.original(), label.label(), label.origin(), label.runId(),
                    name(label.model()), version(label.model()), label.by(), label.at()});
    }

    private static String name(ModelRef model) {
        return model == null ? null : model.name();
    }

    private static String version(ModelRef model) {
        return model == null ? null : model.version();
    }

    private static <T, K> StreamingOutput rows(String header, Function<K, List<T>> pages, Function<T, K> key,
            Function<T, Object[]> fields) {
        return output -> {
            Writer writer = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
            writer.write(header + "\r\n");
            List<T> page = pages.apply(null);
            while (!page.isEmpty()) {
                for (T row : page) {
                    write(writer, fields.apply(row));
                }
                page = pages.apply(key.apply(page.get(page.size() - 1)));
            }
            writer.flush();
        };
    }

    private static void write(Writer writer, Object... fields) throws IOException {
        for (int i = 0; i < fields.length; i++) {
            writer.write(i == 0 ? "" : ",");
            writer.write(field(fields[i]));
        }
        writer.write("\r\n");
    }

    /** Quoted where it must be; what a spreadsheet would take for a formula is shown as text. */
    static String field(Object value) {
        String text = value == null ? "" : value instanceof Enum<?> name ? name.name().toLowerCase(Locale.ROOT)
                : value.toString();
        if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
