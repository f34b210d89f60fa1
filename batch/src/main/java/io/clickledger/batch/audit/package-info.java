/**
 * The proof that nothing was lost and nothing counted twice. In: raw.*, live.clicks_by_minute,
 * audit.landings, the published tables of billing, and the broker and a folder of documents where
 * asked. Out: words and an exit code; no table is written.
 */
package io.clickledger.batch.audit;
