/**
 * The way out to the topic. In: clicks of one request. Out: a future that completes when every
 * in-sync replica has all of them, and whether the topic can be written to. Knows the package
 * metrics only.
 */
package io.clickledger.ingestion.delivery;
