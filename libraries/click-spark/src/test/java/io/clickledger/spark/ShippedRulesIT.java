package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.fraud.ClickTraits;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.web.IpAddress;
import io.clickledger.rules.web.IpNetwork;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Measures the shipped rules on real user agents and addresses, and prints what they get wrong. The
 * tables of docs/fraud-rules.md are from here.
 */
class ShippedRulesIT {
  private static final double MAX_FALSE_POSITIVES = 0.001;
  private static final double MIN_ROBOTS_RECOGNISED = 0.94;
  private static final int ADDRESSES_OF_A_NETWORK = 20;

  private final FraudRules rules = FraudRules.shipped();

  @Test
  void takeFewerThanOneInAThousandForRobots() throws IOException {
    List<Corpus.Sample> people = Corpus.people();
    List<String> flagged = new ArrayList<>();
    Shares shares = new Shares();

    for (Corpus.Sample sample : people) {
      List<String> flags = flags(sample.userAgent());
      shares.add(sample.source(), !flags.isEmpty());
      if (!flags.isEmpty()) {
        flagged.add("%s %s: %s".formatted(flags, sample.source(), sample.userAgent()));
      }
    }

    System.out.println("User agents of people that a rule matches:\n" + shares);
    flagged.forEach(System.out::println);
    assertThat(people).hasSizeGreaterThan(20_000);
    assertThat(shares.ofAll()).as("false positives %s", flagged).isLessThan(MAX_FALSE_POSITIVES);
  }

  @Test
  void recogniseNearlyAllRobotsThatSayWhoTheyAre() throws IOException {
    Shares shares = new Shares();

    for (Corpus.Sample sample : Corpus.robots()) {
      shares.add(sample.source(), !flags(sample.userAgent()).isEmpty());
    }

    System.out.println("User agents of robots that a rule matches:\n" + shares);
    assertThat(shares.ofAll()).isGreaterThan(MIN_ROBOTS_RECOGNISED);
  }

  @Test
  void takeNoAccessProvidersAddressForADataCentre() throws IOException {
    GeoDatabases geography = new GeoDatabases(Optional.empty(), Optional.empty(), Optional.empty());
    Random random = new Random(1);
    List<String> flagged = new ArrayList<>();
    Shares shares = new Shares();

    for (String network : Corpus.accessNetworks()) {
      for (int i = 0; i < ADDRESSES_OF_A_NETWORK; i++) {
        IpAddress address = address(network, random);
        List<String> flags =
            rules.flags(
                new ClickTraits("PHONE", 0, address, geography.of(address).network(), null));
        shares.add(address.family().toString(), !flags.isEmpty());
        if (!flags.isEmpty()) {
          flagged.add("%s %s in %s".formatted(flags, address, network));
        }
      }
    }

    System.out.println("Addresses of access providers that a rule matches:\n" + shares);
    assertThat(shares.ofAll()).as("false positives %s", flagged).isLessThan(MAX_FALSE_POSITIVES);
  }

  private List<String> flags(String userAgent) {
    AnalysedUserAgent agent = UserAgents.analyse(userAgent, rules, AnalysisBudget.unlimited());
    return rules.flags(new ClickTraits(agent.device().type(), agent.matched(), null, null, null));
  }

  private static IpAddress address(String network, Random random) throws IOException {
    IpNetwork range = IpNetwork.parse(network);
    byte[] first = range.address().bytes();
    BigInteger place = new BigInteger(first.length * Byte.SIZE - range.prefix(), random);
    byte[] sum = new BigInteger(1, first).add(place).toByteArray();
    byte[] bytes = new byte[first.length];
    for (int i = 1; i <= Math.min(sum.length, bytes.length); i++) {
      bytes[bytes.length - i] = sum[sum.length - i];
    }
    return IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress());
  }

  /** How many were matched of how many, by source. */
  private static final class Shares {
    private final Map<String, long[]> counts = new TreeMap<>();

    void add(String source, boolean matched) {
      for (String key : List.of(source, "together")) {
        long[] count = counts.computeIfAbsent(key, k -> new long[2]);
        count[0] += matched ? 1 : 0;
        count[1]++;
      }
    }

    double ofAll() {
      long[] all = counts.get("together");
      return (double) all[0] / all[1];
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      counts.forEach(
          (source, count) ->
              text.append(
                  String.format(
                      Locale.ROOT,
                      "| %s | %d of %d | %.3f %% |%n",
                      source,
                      count[0],
                      count[1],
                      100.0 * count[0] / count[1])));
      return text.toString();
    }
  }
}
