/**
 * What both queries share: checkpoints, planned batches, the batches that run, the snapshot of the
 * metadata, metrics. In: Spark's offset logs and the metadata store. Out: values for the batches
 * and for Prometheus. Depends on no query.
 */
package io.clickledger.streaming.query;
