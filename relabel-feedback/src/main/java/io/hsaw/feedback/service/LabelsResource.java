package io.hsaw.feedback.service;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Rejection;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Proposal;
import io.hsaw.feedback.Queries;
import io.hsaw.feedback.Queries.Change;
import io.hsaw.feedback.Queries.LabelFilter;
import io.hsaw.feedback.Queries.ProposalFilter;
import io.hsaw.feedback.Queries.Refused;
import io.hsaw.feedback.Queries.SampleLabel;
import io.hsaw.feedback.RefusedException;
import io.hsaw.feedback.Undone;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What people and programs can ask of the ledger over HTTP. */
@Path("/")
@Blocking
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class LabelsResource {

    /** Longest page. */
    static final int MOST = 1000;

    private static final String SOMEBODY = "person";

    private final Ledger ledger;
    private final Queries queries;
    private final PictureLog pictures;

    LabelsResource(Ledger ledger, Queries queries, PictureLog pictures) {
        this.ledger = ledger;
        this.queries = queries;
        this.pictures = pictures;
    }

    /**
     * A page of a list.
     *
     * @param items what is on it
     * @param next  to be given as {@code after} for the next page; null on the last one
     */
    public record Page<T>(List<T> items, String next) {
    }

    /**
     * Who decides.
     *
     * @param by a name, or null
     */
    public record By(String by) {
    }

    /**
     * What a person says that a sample shows.
     *
     * @param label  an expression
     * @param by     who says so, or null
     * @param reason why, or null
     */
    public record Said(String label, String by, String reason) {
    }

    /**
     * What to undo: one of the three.
     *
     * @param sample a sample's id, or null
     * @param run    a run's id, or null
     * @param model  a model, or null
     * @param by     who undoes it, or null
     */
    public record Undo(String sample, String run, ModelRef model, String by) {
    }

    /**
     * A sample with all that was said of it.
     *
     * @param sample    the label that counts
     * @param changes   of its label, oldest first
     * @param proposals of training runs, oldest first
     */
    public record History(SampleLabel sample, List<Change> changes, List<Proposal> proposals) {
    }

    @GET
    @Path("proposals")
    @Operation(summary = "Proposals of training runs in the order in which they came")
    public Page<Proposal> proposals(@QueryParam("run") String run, @QueryParam("epoch") Integer epoch,
            @QueryParam("decision") String decision, @QueryParam("dataSet") String dataSet,
            @QueryParam("label") String label, @QueryParam("proposed") String proposed, @QueryParam("sample") String sample,
            @QueryParam("after") Long after, @QueryParam("limit") @DefaultValue("100") int limit) {
        List<Proposal> items = queries.proposals(filter(run, epoch, decision, dataSet, label, proposed, sample), after,
                limit(limit));
        return new Page<>(items, items.size() < limit ? null : String.valueOf(items.get(limit - 1).seq()));
    }

    @GET
    @Path("proposals.csv")
    @Produces("text/csv")
    @Operation(summary = "The same, all of them, as CSV")
    public StreamingOutput proposalsCsv(@QueryParam("run") String run, @QueryParam("epoch") Integer epoch,
            @QueryParam("decision") String decision, @QueryParam("dataSet") String dataSet,
            @QueryParam("label") String label, @QueryParam("proposed") String proposed,
            @QueryParam("sample") String sample) {
        ProposalFilter filter = filter(run, epoch, decision, dataSet, label, proposed, sample);
        return Csv.proposals(after -> queries.proposals(filter, after, MOST));
    }

    private static ProposalFilter filter(String run, Integer epoch, String decision, String dataSet, String label,
            String proposed, String sample) {
        return new ProposalFilter(run, epoch, named("decision", Decision.class, decision), dataSet, expression("label", label),
                expression("proposed", proposed), sample);
    }

    @POST
    @Path("proposals/{id:.+}/confirm")
    @Operation(summary = "A person confirms a pending proposal: its label is that person's, for all")
    public Proposal confirm(String id, By who) throws RefusedException {
        return ledger.confirm(id, by(who == null ? null : who.by));
    }

    @POST
    @Path("proposals/{id:.+}/reject")
    @Operation(summary = "A person rejects a pending proposal: the label stays")
    public Proposal reject(String id, By who) throws RefusedException {
        return ledger.reject(id, by(who == null ? null : who.by));
    }

    @GET
    @Path("labels")
    @Operation(summary = "Samples and the labels that count, in the order of the samples' ids; label=none: those without")
    public Page<SampleLabel> labels(@QueryParam("dataSet") String dataSet, @QueryParam("label") String label,
            @QueryParam("original") String original, @QueryParam("origin") String origin, @QueryParam("run") String run,
            @QueryParam("after") String after, @QueryParam("limit") @DefaultValue("100") int limit) {
        List<SampleLabel> items = queries.labels(filter(dataSet, label, original, origin, run), after, limit(limit));
        return new Page<>(items, items.size() < limit ? null : items.get(limit - 1).sampleId());
    }

    @GET
    @Path("labels.csv")
    @Produces("text/csv")
    @Operation(summary = "The same, all of them, as CSV")
    public StreamingOutput labelsCsv(@QueryParam("dataSet") String dataSet, @QueryParam("label") String label,
            @QueryParam("original") String original, @QueryParam("origin") String origin, @QueryParam("run") String run) {
        LabelFilter filter = filter(dataSet, label, original, origin, run);
        return Csv.labels(after -> queries.labels(filter, after, MOST));
    }

    private static LabelFilter filter(String dataSet, String label, String original, String origin, String run) {
        boolean without = "none".equals(label);
        return new LabelFilter(dataSet, without ? null : expression("label", label), expression("original", original),
                named("origin", Origin.class, origin), run, without);
    }

    @PUT
    @Path("samples/{id:.+}/label")
    @Operation(summary = "A person says what a sample shows; no model is believed in that any more")
    public SampleLabel label(String id, Said said) throws RefusedException {
        if (said == null || said.label == null) {
            throw Problem.invalid("The body has no label.", "Give {\"label\": \"sadness\"}.");
        }
        if (said.reason != null && (said.reason.isBlank() || said.reason.length() > Rejection.MAX_DETAIL)) {
            throw Problem.invalid("reason must have 1 to " + Rejection.MAX_DETAIL + " characters.", "Shorten it.");
        }
        ledger.label(id, expression("label", said.label), by(said.by), said.reason);
        return known(id, queries.label(id));
    }

    @GET
    @Path("samples/{id:.+}/history")
    @Operation(summary = "A sample's label, how it came about, and what was proposed")
    public History history(String id) {
        return new History(known(id, queries.label(id)), queries.changes(id, MOST),
                queries.proposals(new ProposalFilter(null, null, null, null, null, null, id), null, MOST));
    }

    @GET
    @Path("samples/{id:.+}/picture")
    @Produces({"image/jpeg", "image/png", "image/webp", MediaType.APPLICATION_OCTET_STREAM})
    @Operation(summary = "A sample's picture")
    public Response picture(String id) {
        byte[] picture = known(id, queries.picture(id).flatMap(place -> pictures.read(id, place)));
        return Response.ok(picture).type(Pictures.mediaType(picture)).header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff").build();
    }

    private static <T> T known(String sampleId, Optional<T> found) {
        return found.orElseThrow(() -> Problem.of(Response.Status.NOT_FOUND, "unknown-sample",
                "There is no sample " + sampleId + ", or it was erased.", "List labels for the ids of samples.").exception());
    }

    @POST
    @Path("undo")
    @Operation(summary = "What was said of a sample, or by a run or a model, counts no more")
    public Undone undo(Undo what) throws RefusedException {
        if (what == null || Stream.of(what.sample, what.run, what.model).filter(one -> one != null).count() != 1) {
            throw Problem.invalid("The body must name a sample, a run or a model, one of them.",
                    "Give {\"run\": \"…\"}, {\"sample\": \"…\"} or {\"model\": {\"name\": \"…\", \"version\": \"…\"}}.");
        }
        String by = by(what.by);
        return what.sample != null ? ledger.undoSample(what.sample, by)
                : what.run != null ? ledger.undoRun(what.run, by) : ledger.undoModel(what.model, by);
    }

    @GET
    @Path("refused")
    @Operation(summary = "Records on topics that could not be read, newest first")
    public Page<Refused> refused(@QueryParam("limit") @DefaultValue("100") int limit) {
        return new Page<>(queries.refused(limit(limit)), null);
    }

    private static int limit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.invalid("limit is " + limit + ".", "Give a number from 1 to " + MOST + ".");
        }
        return limit;
    }

    private static String by(String by) {
        if (by == null) {
            return SOMEBODY;
        }
        if (by.isBlank() || by.length() > FrameLimits.MAX_ID_LENGTH || by.equals("policy")) {
            throw Problem.invalid("by is '" + by + "'.", "Give a person's name of at most " + FrameLimits.MAX_ID_LENGTH
                    + " characters, or leave it out.");
        }
        return by;
    }

    private static Expression expression(String name, String value) {
        return named(name, Expression.class, value);
    }

    private static <E extends Enum<E>> E named(String name, Class<E> type, String value) {
        if (value == null) {
            return null;
        }
        List<String> names = Stream.of(type.getEnumConstants()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
        if (!names.contains(value)) {
            throw Problem.invalid(name + " is '" + value + "'.", "Give one of " + String.join(", ", names) + ".");
        }
        return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
    }
}
