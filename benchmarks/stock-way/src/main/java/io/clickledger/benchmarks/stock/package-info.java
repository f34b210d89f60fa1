/**
 * The speed layer as Spark's and Iceberg's documentation would have one write it, for the benchmark
 * to compare with. In: topic clicks. Out: raw.clicks and live.clicks_by_minute. Nothing else uses
 * it.
 */
package io.clickledger.benchmarks.stock;
