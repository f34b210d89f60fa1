/**
 * Currencies. In: ISO 4217 codes. Out: whether people are paid in one. Depends on no other package.
 */
package io.clickledger.rules.money;
