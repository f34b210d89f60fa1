/**
 * Trains a model of behaviour. In: days of raw.clicks, and for each a file that says which of its
 * clicks are invalid. Out: the document of the model; no table is written.
 */
package io.clickledger.batch.fraud.training;
