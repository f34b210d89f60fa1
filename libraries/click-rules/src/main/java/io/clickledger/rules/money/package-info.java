/**
 * Currencies and exact amounts. In: ISO 4217 codes and millionths of a currency. Out: sums that
 * never wrap around. Depends on no other package.
 */
package io.clickledger.rules.money;
