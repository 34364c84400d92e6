package io.hsaw.messaging;

/** What a hop promises when something fails between reading a record and having written its result. */
public enum Delivery {
    /** Each input has its outputs once: reading and writing are one Kafka transaction. */
    EXACTLY_ONCE,
    /** Each input has its outputs once or, after a failure, more often: no transaction. */
    AT_LEAST_ONCE
}
