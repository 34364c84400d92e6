package io.hsaw.local;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code hsaw broker}: only the embedded broker, for services that run as processes of their own. */
@Command(name = "broker", description = "Run only a Kafka broker, for services in processes of their own.")
final class BrokerCommand implements Callable<Integer> {

    @Mixin
    private DataOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalBroker broker = LocalBroker.on(options.data, options.port)) {
            out.printf("Kafka broker at %s, data in %s. Ctrl-C stops it.%n", broker.bootstrap(), options.data);
            out.flush();
            new CountDownLatch(1).await();
        }
        return Hsaw.DONE;
    }
}
