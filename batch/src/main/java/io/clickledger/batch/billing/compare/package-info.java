/**
 * Why two published runs have other numbers. In: the tables that two publications pin, and
 * billing.runs. Out: words; no table is written.
 */
package io.clickledger.batch.billing.compare;
