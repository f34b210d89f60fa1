/**
 * The words of the click contract: a click, its fields, its limits, the topic that carries it, and
 * the reasons for which a record is none. In: values that a reader has checked. Out: values. Knows
 * the package web only.
 */
package io.clickledger.rules.contract;
