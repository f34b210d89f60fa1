/**
 * From the raw lake to final numbers, by nightly billing runs. In: raw.clicks, the metadata store
 * and the current publication. Out: ref.*, fraud.*, billing.*, audit.quality_metrics and
 * audit.reconciliation; the final tables are published as one pointer. Packages by subject: billing
 * (inputs, branch, rollups and run), fraud (duplicates and verdicts; the model of behaviour and its
 * training), ledger (entries, periods and adjustments), reconcile (live against final), quality
 * (the gates before anything is published), audit (the proof of it), upkeep (the tables
 * themselves).
 */
package io.clickledger.batch;
