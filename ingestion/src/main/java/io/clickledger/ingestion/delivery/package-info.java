/**
 * The way out to the topic. In: clicks of one request. Out: a future that completes when every
 * in-sync replica, or the spool, has all of them, and whether the topic can be written to. Knows
 * the packages metrics and spool only.
 */
package io.clickledger.ingestion.delivery;
