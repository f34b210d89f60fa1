/**
 * The recent clicks of each key, by which duplicates are found and stateful rules are evaluated.
 * In: hashes of click_ids, addresses and users in the order of landing. Out: whether a click is a
 * duplicate, and the matched rules. Built on the package fraud.
 */
package io.clickledger.rules.history;
