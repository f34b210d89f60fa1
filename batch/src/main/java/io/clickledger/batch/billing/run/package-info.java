/**
 * The billing run: lock, branch, gate, publication. In: a date and options. Out: one publication,
 * or nothing. Built on the packages input, branch and rollup, and on fraud, ledger and reconcile;
 * upkeep and the audit know its lock.
 */
package io.clickledger.batch.billing.run;
