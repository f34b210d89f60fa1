/**
 * The branch on which the steps of a billing run write, over all tables of a publication. In: the
 * published snapshots. Out: what the gate checks and the run publishes.
 */
package io.clickledger.batch.billing.branch;
