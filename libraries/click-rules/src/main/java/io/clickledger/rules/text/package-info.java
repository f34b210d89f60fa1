/**
 * Texts that others wrote. In: any text. Out: an excerpt that is safe to print, and whether it is a
 * placeholder. Depends on no other package.
 */
package io.clickledger.rules.text;
