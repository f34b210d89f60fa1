/**
 * The proof of conservation by Kafka offsets: landed ranges are contiguous, and every offset is a
 * row or is explained. In: audit.landings, the raw tables, and the broker where asked. Out: the
 * account of each partition, and findings. Depends on no other package of the audit.
 */
package io.clickledger.batch.audit.offsets;
