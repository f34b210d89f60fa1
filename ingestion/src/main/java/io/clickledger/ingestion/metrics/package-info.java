/**
 * What ingestion counts and times. In: what happened to requests and clicks. Out: Prometheus' text
 * format at {@code GET /metrics}. Depends on no other package of the module.
 */
package io.clickledger.ingestion.metrics;
