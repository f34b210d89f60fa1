/** How many reports a second the serving API answers, and how soon. */
package io.clickledger.benchmarks.reports;
