package io.hsaw.feedback.service;

import io.hsaw.feedback.Policy;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Settings of the relabel-feedback service. */
@ConfigMapping(prefix = "hsaw.feedback")
public interface FeedbackConfig {

    /**
     * The ledger's database: jdbc:h2:file:… for a file of this service's own, jdbc:postgresql://host/name for a PostgreSQL
     * (15 or newer).
     */
    @WithDefault("jdbc:h2:file:${user.home}/.hsaw/ledger/labels")
    String database();

    /** Its user. */
    Optional<String> user();

    /** The user's password. */
    Optional<String> password();

    /**
     * What becomes of proposals: paper takes all, margin those that are more probable than the label by a margin, review
     * leaves each to a person.
     */
    @WithDefault("paper")
    Policy.Kind policy();

    /** By how much a proposed expression must be more probable than the label, from 0 to 1; policy margin only. */
    @WithDefault("0.2")
    double margin();
}
