/**
 * The fraud rules: their document, the matching of stateless rules, and the limits of stateful
 * ones. In: a rules document and the properties of a click. Out: flags and the verdict that follows
 * from them. Knows the packages text and web only; histories of clicks are built on top of it.
 */
package io.clickledger.rules.fraud;
