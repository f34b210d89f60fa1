package io.clickledger.rules.fraud;

import io.clickledger.rules.web.IpNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the stateless rules that a click matches, as a set of bits: one look-up for each property,
 * however many rules there are. Bit n is the n-th rule of the document, in the order of the ids.
 */
final class StatelessMatcher {

  private static final Long NONE = 0L;

  private final UserAgentMatcher userAgents;
  private final AddressMatcher addresses;

  /** Networks that a truncated address is in or not. */
  private final AddressMatcher wideNetworks;

  /** The rules that have other networks, too. */
  private final long ofNarrowNetworks;

  private final Map<String, Long> deviceTypes;
  private final Map<String, Long> networks;
  private final Map<String, Long> requestPurposes;

  private StatelessMatcher(
      UserAgentMatcher userAgents,
      AddressMatcher addresses,
      AddressMatcher wideNetworks,
      long ofNarrowNetworks,
      Map<String, Long> deviceTypes,
      Map<String, Long> networks,
      Map<String, Long> requestPurposes) {
    this.userAgents = userAgents;
    this.addresses = addresses;
    this.wideNetworks = wideNetworks;
    this.ofNarrowNetworks = ofNarrowNetworks;
    this.deviceTypes = deviceTypes;
    this.networks = networks;
    this.requestPurposes = requestPurposes;
  }

  /**
   * Of all rules of a document; those that are retired, need state or need metadata have no part.
   */
  static StatelessMatcher of(List<FraudRule> rules) {
    long missing = 0;
    long narrow = 0;
    List<UserAgentMatcher.Marked> userAgents = new ArrayList<>();
    List<AddressMatcher.Marked> addresses = new ArrayList<>();
    Map<String, Long> deviceTypes = new HashMap<>();
    Map<String, Long> networks = new HashMap<>();
    Map<String, Long> requestPurposes = new HashMap<>();
    for (int i = 0; i < rules.size(); i++) {
      long bit = 1L << i;
      if (rules.get(i).retired()) {
        continue;
      }
      FraudRule.Criterion criterion = rules.get(i).criterion();
      if (criterion instanceof FraudRule.Addresses rule) {
        rule.networks().forEach(network -> addresses.add(new AddressMatcher.Marked(network, bit)));
        if (!rule.networks().stream().allMatch(IpNetwork::isOfTruncated)) {
          narrow |= bit;
        }
      } else if (criterion instanceof FraudRule.DeviceTypes rule) {
        rule.deviceTypes().forEach(type -> deviceTypes.merge(type, bit, (a, b) -> a | b));
      } else if (criterion instanceof FraudRule.Networks rule) {
        rule.networks().forEach(network -> networks.merge(network, bit, (a, b) -> a | b));
      } else if (criterion instanceof FraudRule.RequestPurposes rule) {
        rule.purposes().forEach(purpose -> requestPurposes.merge(purpose, bit, (a, b) -> a | b));
      } else if (criterion instanceof FraudRule.UserAgentPatterns rule) {
        userAgents.add(
            new UserAgentMatcher.Marked(
                UserAgentMatcher.anyOf(rule.patterns(), rule.ignored()), bit));
      } else if (criterion instanceof FraudRule.ImpossibleUserAgent rule) {
        userAgents.add(new UserAgentMatcher.Marked(UserAgentMatcher.impossible(rule), bit));
      } else if (criterion instanceof FraudRule.MissingUserAgent) {
        missing |= bit;
      }
    }
    return new StatelessMatcher(
        new UserAgentMatcher(missing, userAgents),
        new AddressMatcher(addresses),
        new AddressMatcher(
            addresses.stream().filter(marked -> marked.network().isOfTruncated()).toList()),
        narrow,
        deviceTypes,
        networks,
        requestPurposes);
  }

  long ofUserAgent(String userAgent) {
    return userAgents.of(userAgent);
  }

  long of(ClickTraits click) {
    long matched = withoutAddress(click);
    if (click.ipAddress() != null) {
      matched |= addresses.of(click.ipAddress());
    }
    return matched;
  }

  /**
   * The same for a click of which only the truncated network is known, and what it matched as it
   * landed.
   *
   * @param click with any address of its truncated network
   * @param landed bits of the rules that it matched as it landed
   */
  long ofLanded(ClickTraits click, long landed) {
    long matched = withoutAddress(click) | landed & ofNarrowNetworks;
    if (click.ipAddress() != null) {
      matched |= wideNetworks.of(click.ipAddress());
    }
    return matched;
  }

  private long withoutAddress(ClickTraits click) {
    long matched = click.ofUserAgent();
    matched |= deviceTypes.getOrDefault(click.deviceType(), NONE);
    matched |= networks.getOrDefault(click.network(), NONE);
    if (click.requestPurpose() != null) {
      matched |= requestPurposes.getOrDefault(click.requestPurpose(), NONE);
    }
    return matched;
  }
}
