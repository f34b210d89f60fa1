package io.clickledger.spark;

/**
 * What a user agent shows by itself.
 *
 * @param matched {@code FraudRules.ofUserAgent} of it
 */
public record AnalysedUserAgent(Device device, long matched) {}
