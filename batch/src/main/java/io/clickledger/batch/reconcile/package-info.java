/**
 * Reconcile: live against final as a day becomes final. In: judged clicks, live.clicks_by_minute as
 * it is pinned. Out: each difference with its cause, for audit.reconciliation and the gate.
 */
package io.clickledger.batch.reconcile;
