/**
 * Believable clicks and labelled trouble among them. In: a seed, shares of trouble, and the ads and
 * publishers of the metadata CSV files. Out: records to send, one after the other. Depends on no
 * other package of the module.
 */
package io.clickledger.sandbox.simulator.traffic;
