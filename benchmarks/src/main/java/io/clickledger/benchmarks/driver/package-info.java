/**
 * What a streaming driver costs. In: its process, its log and its garbage log. Out: CPU seconds,
 * memory, and the size of its histories. Depends on no other package of the module.
 */
package io.clickledger.benchmarks.driver;
