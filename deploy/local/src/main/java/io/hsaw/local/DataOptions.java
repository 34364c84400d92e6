package io.hsaw.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of the commands that run a broker whose data are kept. */
final class DataOptions {

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:HSAW_DATA:-${sys:user.home}/.hsaw}",
            description = "Where the broker keeps its data (default: $HSAW_DATA or ~/.hsaw). Started again, it goes on"
                    + " where it was.")
    Path data;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "9092",
            description = "The broker's port on this machine; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    int port;
}
