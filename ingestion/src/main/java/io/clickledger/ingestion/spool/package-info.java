/**
 * Clicks on this machine's disk while Kafka is away. In: clicks of one request. Out: a future that
 * completes when the disk has all of them, and the clicks again, in the order in which they came,
 * until each segment is removed. Knows the package metrics only.
 */
package io.clickledger.ingestion.spool;
