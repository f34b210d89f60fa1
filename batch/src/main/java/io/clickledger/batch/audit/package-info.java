/**
 * The proof that nothing was lost and nothing counted twice. In: raw.*, live.clicks_by_minute,
 * audit.landings, and the broker where asked. Out: words and an exit code; no table is written.
 */
package io.clickledger.batch.audit;
