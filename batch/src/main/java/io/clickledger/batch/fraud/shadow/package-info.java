/**
 * What rules and a model in shadow would change if they were switched on: reads the published rows
 * of fraud.click_verdicts and prints; writes nothing.
 */
package io.clickledger.batch.fraud.shadow;
