/**
 * From the raw lake to final numbers, by nightly billing runs. In: raw.clicks, the metadata store
 * and the current publication. Out: ref.*, billing.* and audit.quality_metrics, published as one
 * pointer. Packages by subject: billing (what is counted and charged: its inputs, rollups and run),
 * fraud (sophisticated invalid traffic by behaviour, and its training), quality (the gates before
 * anything is published), audit (the proof of it), upkeep (the tables themselves).
 */
package io.clickledger.batch;
