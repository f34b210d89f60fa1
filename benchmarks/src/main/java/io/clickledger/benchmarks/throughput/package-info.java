/**
 * How fast the streaming driver is, on parts of its own. In: a topic full of simulated clicks. Out:
 * clicks a second and a CPU-second, memory, a profile, and whether every total is right. Built on
 * the package driver.
 */
package io.clickledger.benchmarks.throughput;
