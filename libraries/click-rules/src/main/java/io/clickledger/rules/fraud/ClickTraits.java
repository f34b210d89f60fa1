package io.clickledger.rules.fraud;

/**
 * The properties of a click that stateless fraud rules use; any may be null. Properties that depend
 * on metadata are not part of it: {@link PublisherMatcher} applies those when a click is judged.
 *
 * @param deviceType DESKTOP, PHONE, TABLET, TV, ROBOT, OTHER or UNKNOWN
 * @param ipAddress in the form of {@code IpAddresses.canonical}
 * @param network autonomous system of the address, such as AS16509
 */
public record ClickTraits(String deviceType, String userAgent, String ipAddress, String network) {}
