/**
 * JudgeClicks: the verdict of every click. In: pinned raw.clicks, histories of the metadata, fraud
 * rules. Out: fraud.click_ids, the judged clicks for the rollups, fraud.click_verdicts.
 */
package io.clickledger.batch.fraud;
