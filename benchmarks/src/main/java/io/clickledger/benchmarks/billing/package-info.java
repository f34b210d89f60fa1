/**
 * How fast the billing run is, on parts of its own. In: a lake that is filled with simulated clicks
 * of one day, and with what earlier days left. Out: seconds, CPU seconds and memory of each step,
 * and the same rollup by DuckDB. Built on the package driver.
 */
package io.clickledger.benchmarks.billing;
