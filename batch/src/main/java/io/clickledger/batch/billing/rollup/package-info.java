/**
 * The sums of a billing run. In: judged clicks. Out: rollups on the run's branch, restatements with
 * their causes, and what the gate and billing.runs need. Built on the packages input and branch.
 */
package io.clickledger.batch.billing.rollup;
