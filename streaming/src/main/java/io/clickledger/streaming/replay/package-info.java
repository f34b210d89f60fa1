/**
 * The way back for rejected clicks. In: raw.rejected_clicks. Out: topic clicks, where what was
 * mended lands like any other record. Nothing is written to the lake from here.
 */
package io.clickledger.streaming.replay;
