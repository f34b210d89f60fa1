/**
 * The query count-clicks. In: landings of raw.clicks. Out: partials in live.clicks_by_minute, and
 * live.flagged_clicks. Built on the packages history and query.
 */
package io.clickledger.streaming.count;
