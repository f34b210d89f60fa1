/**
 * The billing run: lock, branch, gate, publication. In: a date and options. Out: one publication,
 * or nothing. Built on the packages input and rollup; upkeep and the audit know its lock.
 */
package io.clickledger.batch.billing.run;
