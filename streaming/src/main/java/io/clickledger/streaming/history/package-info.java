/**
 * Click histories in the memory of Spark's executors. In: rows of raw.clicks in the order of
 * landing. Out: the clicks that are duplicates or match stateful rules. Depends on no other package
 * of the module.
 */
package io.clickledger.streaming.history;
