package io.clickledger.ingestion.spool;

/** One record of the topic: its Kafka timestamp in milliseconds, its key and its value. */
public record SpooledClick(long timestamp, String key, byte[] value) {}
