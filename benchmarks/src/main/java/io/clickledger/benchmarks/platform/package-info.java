/**
 * Load on a running platform, and what it measured. In: the URIs of a platform that is up. Out:
 * figures on standard output, each with the machine they come from. Built on the package driver.
 */
package io.clickledger.benchmarks.platform;
