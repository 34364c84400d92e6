package io.hsaw.local;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the commands that run a broker whose data are kept. */
final class DataOptions {

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:HSAW_DATA:-${sys:user.home}/.hsaw}",
            description = "Where the broker keeps its data (default: $HSAW_DATA or ~/.hsaw). Started again, it goes on"
                    + " where it was.")
    Path data;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "9092", converter = Port.class,
            description = "The broker's port on this machine; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    int port;

    /** Numbers of ports, 0 among them. */
    static final class Port implements ITypeConverter<Integer> {

        private static final int GREATEST = 65_535;

        @Override
        public Integer convert(String text) {
            try {
                int port = Integer.parseInt(text);
                if (port >= 0 && port <= GREATEST) {
                    return port;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("'" + text + "' is no port: give a number from 0 to " + GREATEST);
        }
    }
}
