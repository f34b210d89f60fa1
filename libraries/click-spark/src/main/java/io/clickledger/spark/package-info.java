/**
 * What both Spark layers share, so that they cannot disagree: enrichment, the order of repeats, the
 * judgement of a click, and the measures. In: rows of raw.clicks. Out: rows at the grain of the
 * live and final tables. Nothing here reads or writes a table.
 */
package io.clickledger.spark;
