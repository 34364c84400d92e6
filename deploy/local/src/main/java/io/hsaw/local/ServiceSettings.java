package io.hsaw.local;

import io.hsaw.messaging.Delivery;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Options of the command as settings of the services. */
final class ServiceSettings {

    private ServiceSettings() {
    }

    /** For commands that answer their own frames only: without a port of their own. */
    static Map<String, String> withoutPort(ModelOptions model, Delivery delivery) {
        Map<String, String> settings = of(model, delivery);
        settings.put("quarkus.management.host-enabled", "false");
        // standard error is for what the command itself has to say
        if (!Boolean.getBoolean(Logs.DETAILS)) {
            settings.put("quarkus.log.level", "WARN");
        }
        return settings;
    }

    /** With health and metrics at a port; 0 takes a free one. */
    static Map<String, String> withManagement(ModelOptions model, Delivery delivery, int port) {
        Map<String, String> settings = of(model, delivery);
        settings.put("quarkus.management.port", String.valueOf(port));
        return settings;
    }

    /** Of the stages, wherever they run. */
    static Map<String, String> of(ModelOptions model, Delivery delivery) {
        return new HashMap<>(Map.of(
                "hsaw.messaging.delivery", DeliveryOption.name(delivery),
                "hsaw.inference.model", model.directory.toString(),
                "hsaw.inference.device", model.device.name().toLowerCase(Locale.ROOT),
                "hsaw.inference.precision", model.precision.name().toLowerCase(Locale.ROOT)));
    }
}
