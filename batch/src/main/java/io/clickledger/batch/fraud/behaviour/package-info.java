/**
 * Sophisticated invalid traffic, found by behaviour over a day. In: the rows of raw.clicks of one
 * UTC day, and a model. Out: the actors (users, addresses, publishers at an address) whose clicks
 * the model takes for invalid, each with a score and reasons in words, few enough to be broadcast.
 * Way in: {@link io.clickledger.batch.fraud.behaviour.BehaviourModel}. Reads and writes no table.
 */
package io.clickledger.batch.fraud.behaviour;
