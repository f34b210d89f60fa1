/**
 * What to do with one rejected record: a pure function. In: the record, the repairs that were asked
 * for, the keys and the times that the topic takes. Out: an outcome, and the record to produce.
 */
package io.clickledger.streaming.replay.decision;
