package io.hsaw.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hsaw labels}: the labels of samples, what training runs proposed, and what people say. */
@Command(name = "labels", description = "List labels and proposals, confirm or reject, set, undo, export.",
        subcommands = {LabelsCommand.ListLabels.class, LabelsCommand.Proposals.class, LabelsCommand.History.class,
            LabelsCommand.Picture.class, LabelsCommand.Confirm.class, LabelsCommand.Reject.class, LabelsCommand.SetLabel.class,
            LabelsCommand.UndoLabels.class, LabelsCommand.Export.class})
final class LabelsCommand {

    /** Longest page that relabel-feedback gives. */
    private static final int PAGE = 1000;

    private LabelsCommand() {
    }

    /** What all of them have. */
    abstract static class Asking implements Callable<Integer> {

        @Mixin
        LedgerClient ledger;

        @Spec
        CommandSpec spec;

        PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    /** What those that show a list have. */
    abstract static class Listing extends Asking {

        @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "So many at most (default:"
                + " ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--json", description = "One JSON object per line.")
        private boolean json;

        /** Prints entries of a list, page by page, as many as are wanted. */
        Integer list(String path, Map<String, Object> filter, Function<JsonNode, String> readable)
                throws InterruptedException {
            Function<JsonNode, String> line = json ? JsonNode::toString : readable;
            if (limit < 1) {
                throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
            }
            Map<String, Object> query = new LinkedHashMap<>(filter);
            int left = limit;
            while (left > 0) {
                query.put("limit", Math.min(left, PAGE));
                JsonNode page = ledger.get(path, query);
                page.path("items").forEach(item -> out().println(line.apply(item)));
                left -= page.path("items").size();
                // also flushes; whoever read this has gone, as head does after its lines
                if (!page.hasNonNull("next") || out().checkError()) {
                    return Hsaw.DONE;
                }
                query.put("after", page.get("next").asText());
            }
            spec.commandLine().getErr().println("hsaw: there may be more: --limit N shows so many");
            return Hsaw.DONE;
        }
    }

    /** Which labels. */
    static final class LabelFilter {
        @Option(names = "--dataset", paramLabel = "NAME", description = "Of samples of this data set.")
        private String dataSet;
        @Option(names = "--label", paramLabel = "EXPRESSION", description = "This one; none for samples without a label.")
        private String label;
        @Option(names = "--original", paramLabel = "EXPRESSION", description = "Of samples published with this one.")
        private String original;
        @Option(names = "--origin", paramLabel = "ORIGIN", description = "From there: published, pseudo or person.")
        private String origin;
        @Option(names = "--run", paramLabel = "RUN", description = "That this run proposed.")
        private String run;

        Map<String, Object> query() {
            Map<String, Object> query = new LinkedHashMap<>();
            query.put("dataSet", dataSet);
            query.put("label", label);
            query.put("original", original);
            query.put("origin", origin);
            query.put("run", run);
            return query;
        }
    }

    /** Which proposals. */
    static final class ProposalFilter {
        @Option(names = "--run", paramLabel = "RUN", description = "Of this training run.")
        private String run;
        @Option(names = "--epoch", paramLabel = "N", description = "Of the end of this epoch.")
        private Integer epoch;
        @Option(names = "--decision", paramLabel = "DECISION", description = "accepted, rejected or pending.")
        private String decision;
        @Option(names = "--dataset", paramLabel = "NAME", description = "For samples of this data set.")
        private String dataSet;
        @Option(names = "--label", paramLabel = "EXPRESSION", description = "For samples that had this label.")
        private String label;
        @Option(names = "--proposed", paramLabel = "EXPRESSION", description = "Which proposed this one.")
        private String proposed;
        @Option(names = "--sample", paramLabel = "SAMPLE", description = "For this sample.")
        private String sample;

        Map<String, Object> query() {
            Map<String, Object> query = new LinkedHashMap<>();
            query.put("run", run);
            query.put("epoch", epoch);
            query.put("decision", decision);
            query.put("dataSet", dataSet);
            query.put("label", label);
            query.put("proposed", proposed);
            query.put("sample", sample);
            return query;
        }
    }

    /** {@code hsaw labels list}. */
    @Command(name = "list", description = "Show samples and the labels that count, in the order of their ids.")
    static final class ListLabels extends Listing {

        @Mixin
        private LabelFilter filter;

        @Override
        public Integer call() throws InterruptedException {
            return list("labels", filter.query(), LabelsCommand::label);
        }
    }

    /** {@code hsaw labels proposals}. */
    @Command(name = "proposals", description = "Show what training runs proposed, in the order in which it came.")
    static final class Proposals extends Listing {

        @Mixin
        private ProposalFilter filter;

        @Override
        public Integer call() throws InterruptedException {
            return list("proposals", filter.query(), LabelsCommand::proposal);
        }
    }

    /** {@code hsaw labels history}. */
    @Command(name = "history", description = "Show a sample's label, how it came about, and what was proposed.")
    static final class History extends Asking {

        @Parameters(paramLabel = "SAMPLE", description = "The sample's id.")
        private String sample;

        @Option(names = "--json", description = "As one JSON object.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            JsonNode history = ledger.get("samples/" + LedgerClient.segment(sample) + "/history", Map.of());
            if (json) {
                out().println(history);
            } else {
                out().println(label(history.path("sample")));
                history.path("changes").forEach(change -> out().println(change(change)));
                history.path("proposals").forEach(proposal -> out().println(proposal(proposal)));
            }
            out().flush();
            return Hsaw.DONE;
        }
    }

    /** {@code hsaw labels picture}. */
    @Command(name = "picture", description = "Write a sample's picture to a file, to look at it.")
    static final class Picture extends Asking {

        @Parameters(index = "0", paramLabel = "SAMPLE", description = "The sample's id.")
        private String sample;

        @Parameters(index = "1", paramLabel = "FILE", description = "Where to write it.")
        private Path file;

        @Override
        public Integer call() throws InterruptedException {
            save(ledger.open("samples/" + LedgerClient.segment(sample) + "/picture", Map.of()), file);
            return Hsaw.DONE;
        }
    }

    /** Deciding on proposals. */
    abstract static class Deciding extends Asking {

        @Parameters(paramLabel = "PROPOSAL", arity = "1..*", description = "Ids of proposals, RUN/EPOCH/SAMPLE.")
        private List<String> proposals;

        @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}",
                description = "Who says so (default: ${DEFAULT-VALUE}).")
        private String by;

        int decide(String decision) throws InterruptedException {
            for (String proposal : proposals) {
                out().println(proposal(ledger.post("proposals/" + LedgerClient.segment(proposal) + "/" + decision,
                        LedgerClient.JSON.createObjectNode().put("by", by))));
                out().flush();
            }
            return Hsaw.DONE;
        }
    }

    /** {@code hsaw labels confirm}. */
    @Command(name = "confirm", description = "Take what was proposed: it is your label then, and no model changes it.")
    static final class Confirm extends Deciding {
        @Override
        public Integer call() throws InterruptedException {
            return decide("confirm");
        }
    }

    /** {@code hsaw labels reject}. */
    @Command(name = "reject", description = "Leave the label as it is; that model is not believed in this again.")
    static final class Reject extends Deciding {
        @Override
        public Integer call() throws InterruptedException {
            return decide("reject");
        }
    }

    /** {@code hsaw labels set}. */
    @Command(name = "set", description = "Say what a sample shows; no model changes it any more.")
    static final class SetLabel extends Asking {

        @Parameters(index = "0", paramLabel = "SAMPLE", description = "The sample's id.")
        private String sample;

        @Parameters(index = "1", paramLabel = "EXPRESSION", description = "What it shows, such as sadness.")
        private String label;

        @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}",
                description = "Who says so (default: ${DEFAULT-VALUE}).")
        private String by;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why.")
        private String reason;

        @Override
        public Integer call() throws InterruptedException {
            out().println(label(ledger.put("samples/" + LedgerClient.segment(sample) + "/label",
                    LedgerClient.JSON.createObjectNode().put("label", label).put("by", by).put("reason", reason))));
            out().flush();
            return Hsaw.DONE;
        }
    }

    /** {@code hsaw labels undo}. */
    @Command(name = "undo", description = "Take back what was said of a sample, or what a run or a model said, except what"
            + " people confirmed.")
    static final class UndoLabels extends Asking {

        @ArgGroup(multiplicity = "1")
        private What what;

        @Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}",
                description = "Who says so (default: ${DEFAULT-VALUE}).")
        private String by;

        private static final class What {
            @Option(names = "--sample", paramLabel = "SAMPLE", required = true, description = "All that was said of a sample.")
            private String sample;
            @Option(names = "--run", paramLabel = "RUN", required = true, description = "What a training run said.")
            private String run;
            @Option(names = "--model", paramLabel = "NAME/VERSION", required = true, description = "What a model said.")
            private String model;
        }

        @Override
        public Integer call() throws InterruptedException {
            ObjectNode body = LedgerClient.JSON.createObjectNode().put("by", by);
            if (what.sample != null) {
                body.put("sample", what.sample);
            } else if (what.run != null) {
                body.put("run", what.run);
            } else {
                String[] parts = what.model.split("/", -1);
                if (parts.length != 2) {
                    throw new ParameterException(spec.commandLine(), "'" + what.model + "' is no model: give NAME/VERSION");
                }
                body.putObject("model").put("name", parts[0]).put("version", parts[1]);
            }
            out().println(ledger.post("undo", body));
            out().flush();
            return Hsaw.DONE;
        }
    }

    /** {@code hsaw labels export}. */
    @Command(name = "export", description = "Write all labels, or all proposals, to a CSV file.")
    static final class Export extends Asking {

        @Parameters(paramLabel = "FILE", description = "Where to write them.")
        private Path file;

        @Option(names = "--proposals", description = "Proposals in place of labels.")
        private boolean proposals;

        @Option(names = "--dataset", paramLabel = "NAME", description = "Of samples of this data set only.")
        private String dataSet;

        @Option(names = "--run", paramLabel = "RUN", description = "Of this training run only.")
        private String run;

        @Override
        public Integer call() throws InterruptedException {
            Map<String, Object> query = new LinkedHashMap<>();
            query.put("dataSet", dataSet);
            query.put("run", run);
            save(ledger.open(proposals ? "proposals.csv" : "labels.csv", query), file);
            return Hsaw.DONE;
        }
    }

    private static void save(InputStream content, Path file) {
        try (content) {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Failure("cannot write " + file + ": " + e + "; choose another place or free the disk", e);
        }
    }

    private static String label(JsonNode label) {
        String from = label.path("origin").asText() + (label.hasNonNull("by") ? " by " + label.get("by").asText() : "")
                + (label.hasNonNull("runId") ? ", run " + label.get("runId").asText() : "");
        return String.format(Locale.ROOT, "%-60s %-10s %s%s", label.path("sampleId").asText(), expression(label, "label"), from,
                label.path("original").equals(label.path("label")) ? "" : ", published as " + expression(label, "original"));
    }

    private static String proposal(JsonNode proposal) {
        return String.format(Locale.ROOT, "%-60s %s -> %s  %s (%s by %s)", proposal.path("id").asText(),
                expression(proposal, "label"), expression(proposal, "proposed"),
                proposal.path("decision").asText().toLowerCase(Locale.ROOT), proposal.path("reason").asText("-"),
                proposal.path("decidedBy").asText());
    }

    private static String change(JsonNode change) {
        return String.format(Locale.ROOT, "  %s  %s -> %s  %s by %s%s%s", change.path("at").asText(),
                expression(change, "previous"), expression(change, "label"), change.path("origin").asText(),
                change.path("by").asText(), change.hasNonNull("reason") ? ", " + change.get("reason").asText() : "",
                change.hasNonNull("undoneBy") ? ", undone by " + change.get("undoneBy").asText() : "");
    }

    private static String expression(JsonNode of, String field) {
        return of.hasNonNull(field) ? of.get(field).asText().toLowerCase(Locale.ROOT) : "none";
    }
}
