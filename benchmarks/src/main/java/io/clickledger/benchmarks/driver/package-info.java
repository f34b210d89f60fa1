/**
 * What the driver of a job costs, and the options of a benchmark that runs one on parts of its own.
 * In: its process, its logs and its recording. Out: CPU seconds, memory, where the CPU time went,
 * and the size of histories. Depends on no other package of the module.
 */
package io.clickledger.benchmarks.driver;
