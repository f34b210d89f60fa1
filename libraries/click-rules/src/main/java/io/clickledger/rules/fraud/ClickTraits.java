package io.clickledger.rules.fraud;

import io.clickledger.rules.web.IpAddress;

/**
 * The properties of a click that stateless fraud rules use; any but one may be null. Properties
 * that depend on metadata are not part of it: {@link PublisherMatcher} applies those when a click
 * is judged.
 *
 * @param deviceType DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER or UNKNOWN
 * @param ofUserAgent {@link FraudRules#ofUserAgent} of the click's user agent
 * @param network autonomous system of the address, such as AS16509
 * @param requestPurpose what the browser said that its request was for; null for a user's click
 */
public record ClickTraits(
    String deviceType,
    long ofUserAgent,
    IpAddress ipAddress,
    String network,
    String requestPurpose) {}
