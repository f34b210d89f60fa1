package io.clickledger.metadata;

import java.time.Instant;

/**
 * A document of fraud rules that was published.
 *
 * @param publishedAt later than that of every document published before
 */
record PublishedRules(String version, String document, Instant publishedAt) {}
