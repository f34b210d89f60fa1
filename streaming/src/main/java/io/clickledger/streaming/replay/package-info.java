/**
 * The way back for rejected clicks. In: raw.rejected_clicks. Out: topic clicks, where repaired
 * records land like all others. Nothing is written to the lake from here. Begins in {@link
 * ReplayRejectedMain}; the package decision says what becomes of each record.
 */
package io.clickledger.streaming.replay;
