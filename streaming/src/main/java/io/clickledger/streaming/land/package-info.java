/**
 * The query land-clicks. In: topic clicks. Out: raw.clicks and raw.rejected_clicks, each record in
 * one of them exactly once. Also knows how far the topic has landed and what a gap is. Built on the
 * package query.
 */
package io.clickledger.streaming.land;
