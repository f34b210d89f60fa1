package io.clickledger.rules.fraud;

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
  private final Map<String, Long> deviceTypes;
  private final Map<String, Long> networks;
  private final Map<String, Long> requestPurposes;

  private StatelessMatcher(
      UserAgentMatcher userAgents,
      AddressMatcher addresses,
      Map<String, Long> deviceTypes,
      Map<String, Long> networks,
      Map<String, Long> requestPurposes) {
    this.userAgents = userAgents;
    this.addresses = addresses;
    this.deviceTypes = deviceTypes;
    this.networks = networks;
    this.requestPurposes = requestPurposes;
  }

  /**
   * Of all rules of a document; those that are retired, need state or need metadata have no part.
   */
  static StatelessMatcher of(List<FraudRule> rules) {
    long missing = 0;
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
        deviceTypes,
        networks,
        requestPurposes);
  }

  long ofUserAgent(String userAgent) {
    return userAgents.of(userAgent);
  }

  long of(ClickTraits click) {
    long matched = click.ofUserAgent();
    matched |= deviceTypes.getOrDefault(click.deviceType(), NONE);
    matched |= networks.getOrDefault(click.network(), NONE);
    if (click.requestPurpose() != null) {
      matched |= requestPurposes.getOrDefault(click.requestPurpose(), NONE);
    }
    if (click.ipAddress() != null) {
      matched |= addresses.of(click.ipAddress());
    }
    return matched;
  }
}
