package io.clickledger.rules;

/**
 * What the stateless fraud rules look at in one click; anything may be null. What depends on
 * metadata is no part of it: {@link PublisherMarks} looks at that when a click is judged.
 *
 * @param deviceType DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER or UNKNOWN
 * @param ipAddress in the form of {@link IpAddresses#canonical}
 * @param network autonomous system of the address, such as AS16509
 */
public record ClickTraits(String deviceType, String userAgent, String ipAddress, String network) {}
