/**
 * Jobs that repair tables: live is derived again from raw.clicks, and a gap in the topic is
 * accepted. In: a command line. Out: commits beside a running stream, or a refusal. Built on the
 * packages count and land.
 */
package io.clickledger.streaming.repair;
