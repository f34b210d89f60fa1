/**
 * The inputs of a billing run. In: raw.clicks, the metadata and the previous publication. Out: the
 * days to compute, and pinned snapshots of everything that is read. Depends on no other package of
 * billing.
 */
package io.clickledger.batch.billing.input;
