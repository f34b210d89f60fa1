/**
 * Load on a running platform, and what it measured. In: the URIs of a platform that is up. Out:
 * figures on standard output, each with the machine they come from.
 */
package io.clickledger.benchmarks;
