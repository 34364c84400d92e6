package io.hsaw.local;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/**
 * The {@code hsaw} command. A plain picocli program: Quarkus starts only inside the commands that run the services.
 * Results go to standard output, everything else to standard error.
 */
@QuarkusMain
@Command(name = "hsaw", mixinStandardHelpOptions = true, scope = ScopeType.INHERIT,
        versionProvider = Hsaw.Version.class, sortOptions = false, usageHelpAutoWidth = true,
        description = "Facial expressions from live camera frames, over Kafka topics.",
        subcommands = {UpCommand.class, AnalyzeCommand.class, PublishCommand.class, EventsCommand.class,
            EvaluateCommand.class, RobustnessCommand.class, LeaksCommand.class, TrainCommand.class,
            ReproduceCommand.class, ImportCommand.class, RetrainCommand.class, LabelsCommand.class, ModelsCommand.class,
            ReplayCommand.class, CameraCommand.class, EraseCommand.class, BrokerCommand.class,
            VerifyDeliveryCommand.class, BenchCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong use"})
public final class Hsaw {

    /** The work is done. */
    static final int DONE = 0;
    /** The work, or a part of it, could not be done. */
    static final int FAILED = 1;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "More logs, and stack traces of errors.")
    void debug(boolean debug) {
        if (debug) {
            Logs.showDetails();
        }
    }

    /** Set by a signal, or when a command is done. */
    private static volatile boolean ending;

    private Hsaw() {
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String... args) {
        Logs.toStandardError();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true, "ending"));
        System.exit(commandLine().execute(args));
    }

    /** The command with all its subcommands. */
    static CommandLine commandLine() {
        return new CommandLine(new Hsaw())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Hsaw::wrongUse)
                .setExecutionExceptionHandler(Hsaw::failed);
    }

    private static int wrongUse(CommandLine.ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.printf("hsaw: %s%nTry '%s --help'.%n", e.getMessage(), command.getCommandSpec().qualifiedName());
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (ending) {
            // a signal ends the process: what fails because the rest is being taken down is no news
            return FAILED;
        }
        PrintWriter err = command.getErr();
        boolean debug = parsed.expandedArgs().contains("--debug");
        if (e instanceof Failure) {
            err.println("hsaw: " + e.getMessage());
        } else {
            err.println("hsaw: " + e + (debug ? "" : " (--debug shows where)"));
        }
        if (debug) {
            e.printStackTrace(err);
        }
        err.flush();
        return FAILED;
    }

    /** The version the build gave to the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Hsaw.class.getPackage().getImplementationVersion();
            return new String[] {"hsaw " + (version == null ? "(not packaged)" : version)};
        }
    }
}
