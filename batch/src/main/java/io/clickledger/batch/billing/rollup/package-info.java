/**
 * The computation of a billing run. In: pinned inputs. Out: rollups on the run's branch,
 * restatements with their causes, and what the gate and billing.runs need. Built on the package
 * input.
 */
package io.clickledger.batch.billing.rollup;
