/**
 * The step ChargeClicks of a billing run and its part of the gate. In: quarter hours and verdicts
 * on the run's branch, the terms by which clicks are charged, closed periods and voided clicks.
 * Out: billing.ledger, billing.uncharged_clicks and billing.adjustments on the branch.
 */
package io.clickledger.batch.ledger;
