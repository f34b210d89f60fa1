/**
 * What is counted for money: the inputs of a billing run, its branch, its rollups, and the run that
 * publishes them.
 */
package io.clickledger.batch.billing;
