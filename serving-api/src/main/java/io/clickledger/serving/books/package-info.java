/**
 * The books over HTTP, as one publication has them: entries, adjustments, periods, reconciliation,
 * runs and publications. A {@link io.clickledger.serving.books.Listing} says what an endpoint
 * lists, {@link io.clickledger.serving.books.ListingHandler} answers it a page at a time.
 */
package io.clickledger.serving.books;
