/**
 * Believable clicks and the oracle of what must come of them. In: a seed, the ads of the metadata
 * CSV files, a broker and an ingestion. Out: traffic, and a file with one line for each record
 * sent. It shares no code with the platform, so that it can be wrong only in its own way.
 */
package io.clickledger.sandbox.simulator;
