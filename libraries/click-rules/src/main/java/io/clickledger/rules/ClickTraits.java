package io.clickledger.rules;

/**
 * What the stateless fraud rules look at in one click; anything may be null.
 *
 * @param deviceType DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER or UNKNOWN
 * @param ipAddress in the form of {@link IpAddresses#canonical}
 * @param network autonomous system of the address, such as AS16509
 * @param publisherDomain domain of the click's publisher; null where the publisher is unknown
 * @param pageUrl the page on which the ad was clicked, as {@link Click#pageUrl} gives it
 */
public record ClickTraits(
    String deviceType,
    String userAgent,
    String ipAddress,
    String network,
    String publisherDomain,
    String pageUrl) {}
