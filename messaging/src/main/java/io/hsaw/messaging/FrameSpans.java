package io.hsaw.messaging;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A stage's part in the traces of a batch's frames: one span per frame, as child of the trace context that came with
 * it, from reading to commit. Where OpenTelemetry is switched off, a context that came is passed on as it is.
 */
final class FrameSpans implements AutoCloseable {

    private static final String SCOPE = "io.hsaw";
    /** Asked of the settings: the SDK that is switched off makes spans that nobody sees, instead of none. */
    private static final boolean SWITCHED_OFF = ConfigProvider.getConfig()
            .getOptionalValue("quarkus.otel.sdk.disabled", Boolean.class).orElse(true);
    private static final TextMapGetter<Headers> READ = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return StreamSupport.stream(headers.spliterator(), false).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String name) {
            Header header = headers.lastHeader(name);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    };
    private static final TextMapSetter<Headers> WRITE =
            (headers, name, value) -> StageRecords.setHeader(headers, name, value);

    private final List<Context> contexts;
    private final List<Span> spans;
    private boolean committed;

    /** Begins the spans, if OpenTelemetry is switched on. */
    FrameSpans(String stage, List<ConsumerRecord<byte[], byte[]>> batch) {
        contexts = new ArrayList<>(batch.size());
        spans = new ArrayList<>(batch.size());
        Tracer tracer = SWITCHED_OFF ? TracerProvider.noop().get(SCOPE) : GlobalOpenTelemetry.getTracer(SCOPE);
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), record.headers(), READ);
            Span span = tracer.spanBuilder(stage).setParent(parent)
                    .setSpanKind(SpanKind.CONSUMER)
                    .setAttribute("messaging.system", "kafka")
                    .setAttribute("messaging.destination.name", record.topic())
                    .setAttribute("messaging.destination.partition.id", String.valueOf(record.partition()))
                    .setAttribute("messaging.kafka.offset", record.offset())
                    .startSpan();
            spans.add(span);
            contexts.add(parent.with(span));
        }
    }

    /** Gives the outputs of the batch's i-th record its trace context. */
    void passOn(int i, List<ProducerRecord<byte[], byte[]>> outputs) {
        for (ProducerRecord<byte[], byte[]> output : outputs) {
            W3CTraceContextPropagator.getInstance().inject(contexts.get(i), output.headers(), WRITE);
        }
    }

    /** All went well; without this the spans end as failed. */
    void committed() {
        committed = true;
    }

    @Override
    public void close() {
        for (Span span : spans) {
            if (!committed) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }
}
