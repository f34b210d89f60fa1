/**
 * The real parts of the platform, each in its own process on loopback: a Kafka broker, PostgreSQL,
 * Trino, an S3 endpoint. Tests and the launcher start the same classes; each has a {@code main}
 * that starts the part by hand and ends it with Ctrl-C.
 *
 * <p>{@code temporary()} takes free ports and a folder of its own that {@code close()} deletes;
 * {@code in(folder, port, ...)} keeps its data and finds it again.
 */
package io.clickledger.sandbox.parts;
