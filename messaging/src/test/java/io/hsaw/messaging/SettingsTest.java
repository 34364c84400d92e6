package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @ParameterizedTest
    @CsvSource({
        "hsaw.messaging.partitions,  0,          a number from 1 to 1000",
        "hsaw.messaging.partitions,  1001,       a number from 1 to 1000",
        "hsaw.messaging.replication, 0,          a number from 1 to 32767",
        "hsaw.messaging.replica,     ' ',        a name that no other process of this service has",
        "hsaw.messaging.replica,     'rack 7',   'up to 200 letters, digits'",
        "hsaw.messaging.stuck-after, 0s,         a time greater than 0",
        "hsaw.messaging.stuck-after, -5s,        a time greater than 0",
        "hsaw.messaging.bootstrap,   localhost,  'host:port, several with commas'",
        "hsaw.messaging.bootstrap,   'a:1,b',    'host:port, several with commas'"})
    void oneOutOfRangeEndsTheStartWithItsNameItsValueAndTheRemedy(String name, String value, String remedy) {
        MessagingConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withMapping(MessagingConfig.class).withDefaultValues(Map.of(name, value)).build()
                .getConfigMapping(MessagingConfig.class);
        Hops hops = new Hops(config);
        String message = assertThrows(ConfigurationException.class,
                () -> hops.start("refused", "frames", new CopyStage("faces"))).getMessage();
        assertTrue(message.startsWith("Setting " + name + " is '"), message);
        assertTrue(message.contains(remedy), message);
        assertTrue(hops.all().isEmpty());
    }

    @Test
    void aTakenManagementPortIsNamedWithTheSettingThatGivesAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String message = assertThrows(ConfigurationException.class,
                    () -> ManagementPort.requireFree("127.0.0.1", taken.getLocalPort())).getMessage();
            assertTrue(message.startsWith("Management port " + taken.getLocalPort() + " of 127.0.0.1"), message);
            assertTrue(message.contains("quarkus.management.port"), message);
        }
    }

    @Test
    void aManagementPortThatIsNoneIsNamedToo() {
        String message = assertThrows(ConfigurationException.class,
                () -> ManagementPort.requireFree("127.0.0.1", 70_000)).getMessage();
        assertTrue(message.startsWith("Management port 70000 of 127.0.0.1"), message);
    }

    @Test
    void settingsAreShownInOrderAndSecretsHidden() {
        String shown = StartLog.settings(new SmallRyeConfigBuilder().withDefaultValues(Map.of(
                "hsaw.b", "2", "hsaw.a", "1", "quarkus.management.port", "9000", "quarkus.log.level", "INFO",
                "hsaw.store.access-KEY", "s3")).build());
        assertEquals("hsaw.a=1 hsaw.b=2 hsaw.store.access-KEY=(hidden)", shown);
    }
}
