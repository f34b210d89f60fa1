/**
 * The speed layer. In: topic clicks. Out: raw.clicks and raw.rejected_clicks (LandClicks), and
 * live.clicks_by_minute out of raw.clicks (CountClicks). Both queries run in one driver or alone.
 */
package io.clickledger.streaming;
