/**
 * Sophisticated invalid traffic, found by behaviour over a day. In: the rows of raw.clicks of one
 * UTC day, and a model. Out: the actors (users, browsers at an address, and those on one
 * publisher's pages) whose clicks the model takes for invalid, each with a score and the ids of its
 * reasons, few enough to be broadcast. Way in: {@link
 * io.clickledger.batch.fraud.behaviour.BehaviourModel}. Reads and writes no table.
 */
package io.clickledger.batch.fraud.behaviour;
