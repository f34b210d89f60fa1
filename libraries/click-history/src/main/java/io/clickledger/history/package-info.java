/**
 * Click histories in the memory of Spark's executors, which the stream and the billing run share.
 * In: rows of raw.clicks in the order of landing. Out: the clicks that are duplicates or match
 * stateful rules.
 */
package io.clickledger.history;
