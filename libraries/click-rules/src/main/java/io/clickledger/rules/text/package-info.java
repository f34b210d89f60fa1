/**
 * Texts that others wrote, in messages. In: any text. Out: an excerpt that is safe to print.
 * Depends on no other package.
 */
package io.clickledger.rules.text;
