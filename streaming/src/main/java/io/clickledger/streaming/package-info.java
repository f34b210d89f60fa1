/**
 * The speed layer. In: topic clicks. Out: raw.clicks and raw.rejected_clicks (LandClicks), and
 * live.clicks_by_minute out of raw.clicks (CountClicks). Both queries run in one driver or alone.
 * The packages land and count are the queries, history and query what they are built on, driver the
 * main program, repair and replay the jobs beside it.
 */
package io.clickledger.streaming;
