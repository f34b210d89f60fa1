/**
 * Pseudonyms and encryption for personal data. In: texts and payloads with a key. Out: keyed hashes
 * and encrypted payloads, the same ones for the same input. Knows the package text only.
 */
package io.clickledger.rules.privacy;
