package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.RulesJson.rule;
import static io.clickledger.rules.fraud.RulesJson.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.rules.web.IpAddress;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.0/24, 203.0.113.0, true",
    "203.0.113.0/24, 203.0.113.255, true",
    "203.0.113.0/24, 203.0.112.255, false",
    "203.0.113.0/24, 203.0.114.0, false",
    "203.0.113.9, 203.0.113.9, true",
    "203.0.113.9, 203.0.113.8, false",
    "203.0.113.9/32, 203.0.113.10, false",
    "255.0.0.0/8, 255.255.255.255, true",
    "0.0.0.0/8, 0.0.0.0, true",
    "128.0.0.0/8, 128.0.0.1, true",
    "128.0.0.0/8, 127.255.255.255, false",
    "2001:db8::/32, 2001:db8::, true",
    "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::/32, 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, false",
    "2001:db8::1, 2001:db8::1, true",
    "2001:db8::1, 2001:db8::2, false",
    "2001:db8:1:2::/64, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
    "2001:db8:1:2::/64, 2001:db8:1:3::, false",
    "2001:db8:1:2::/65, 2001:db8:1:2:7fff:ffff:ffff:ffff, true",
    "2001:db8:1:2::/65, 2001:db8:1:2:8000::, false",
    "ffff::/16, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "8000::/16, 8000::1, true",
    "8000::/16, 7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, false",
    // An IPv4 address mapped into IPv6 is the IPv4 address, in the document and in the click.
    "::ffff:203.0.113.0/120, 203.0.113.7, true",
    "::ffff:203.0.113.0/120, 203.0.114.7, false",
    "203.0.113.0/24, ::ffff:203.0.113.7, true",
    "203.0.113.0/24, ::ffff:cb00:7107, true",
    "203.0.113.0/24, ::ffff:cb00:7207, false",
    // Only mapped ones: these are addresses of their own.
    "0.0.0.0/16, ::1, false",
    "::/16, 0.0.0.1, false",
    "::/16, 203.0.113.7, false",
    "::/16, ::ffff:203.0.113.7, false",
    "64:ff9b::/96, 64:ff9b::cb00:7107, true",
    "203.0.113.0/24, 64:ff9b::cb00:7107, false",
    "::/16, ::, true",
    "203.0.113.0/24, jane.example, false",
    "::/16, ':', false",
    "::/16, 1:2:3, false",
    "::/16, ::1%eth0, false",
    "::/16, '', false"
  })
  void flagsAnAddressInTheNetwork(String network, String address, boolean flagged) {
    FraudRules rules = rules(List.of(network));

    assertThat(flags(rules, address).equals(List.of("r"))).isEqualTo(flagged);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "203.0.113.0/",
        "203.0.113.0/33",
        "203.0.113.0/024",
        "203.0.113.0/-1",
        "203.0.113.0/24/24",
        "203.0.113.0/24 ",
        "203.0.113/24",
        "203.0.113.1/24",
        "0.0.0.0/0",
        "12.0.0.0/7",
        "2001:db8::/129",
        "2001:db8::1/64",
        "2001:db8:0:0:1::/64",
        "2001:db8:0:1::/63",
        "2000::/15",
        "::/0",
        "::ffff:0.0.0.0/96",
        "::ffff:203.0.113.0/24",
        "news.example",
        "AS16509"
      })
  void refusesWhatIsNoNetworkOrTooWide(String network) {
    assertThatThrownBy(() -> rules(List.of(network)))
        .hasMessageContaining(
            "rules[0].networks[0]: must be an address or a block such as 203.0.113.0/24 (/8 to /32)");
  }

  @Property
  void findsWhatANaiveScanFinds(
      @ForAll("networks") List<String> first,
      @ForAll("networks") List<String> second,
      @ForAll("addresses") String address) {
    FraudRules rules =
        RulesJson.rules(
            rule("a", "address", "\"networks\": " + texts(first)),
            rule("b", "address", "\"networks\": " + texts(second)));
    List<String> expected = new ArrayList<>();
    if (first.stream().anyMatch(network -> contains(network, address))) {
      expected.add("a");
    }
    if (second.stream().anyMatch(network -> contains(network, address))) {
      expected.add("b");
    }

    assertThat(flags(rules, address)).isEqualTo(expected);
  }

  /** Few bits of few values, so that networks nest, repeat and meet at their edges. */
  @Provide
  Arbitrary<List<String>> networks() {
    Arbitrary<String> ipv4 =
        Combinators.combine(ipv4Bits(), Arbitraries.of(8, 15, 16, 17, 23, 24, 25, 31, 32))
            .as((bits, prefix) -> literal(cut(bits, 32, prefix), 4) + "/" + prefix);
    Arbitrary<String> ipv6 =
        Combinators.combine(ipv6Bits(), Arbitraries.of(16, 32, 47, 48, 63, 64, 65, 96, 127, 128))
            .as((bits, prefix) -> literal(cut(bits, 128, prefix), 16) + "/" + prefix);
    return Arbitraries.oneOf(ipv4, ipv6).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<String> addresses() {
    return Arbitraries.oneOf(
        ipv4Bits().map(bits -> literal(bits, 4)), ipv6Bits().map(bits -> literal(bits, 16)));
  }

  private static Arbitrary<BigInteger> ipv4Bits() {
    return bits(4);
  }

  private static Arbitrary<BigInteger> ipv6Bits() {
    return bits(16).filter(bits -> bits.shiftRight(32).intValue() != 0xffff);
  }

  private static Arbitrary<BigInteger> bits(int bytes) {
    return Arbitraries.of((byte) 0, (byte) 0, (byte) 1, (byte) 0x7f, (byte) 0x80, (byte) 0xff)
        .array(byte[].class)
        .ofSize(bytes)
        .map(magnitude -> new BigInteger(1, magnitude));
  }

  private static BigInteger cut(BigInteger bits, int length, int prefix) {
    return bits.shiftRight(length - prefix).shiftLeft(length - prefix);
  }

  private static String literal(BigInteger bits, int bytes) {
    byte[] magnitude = bits.toByteArray();
    byte[] whole = new byte[bytes];
    for (int i = 0; i < Math.min(bytes, magnitude.length); i++) {
      whole[bytes - 1 - i] = magnitude[magnitude.length - 1 - i];
    }
    try {
      return InetAddress.getByAddress(whole).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean contains(String network, String address) {
    int prefix = Integer.parseInt(network.substring(network.indexOf('/') + 1));
    byte[] inside = bytes(network.substring(0, network.indexOf('/')));
    byte[] asked = bytes(address);
    int free = inside.length * 8 - prefix;
    return inside.length == asked.length
        && new BigInteger(1, inside)
            .shiftRight(free)
            .equals(new BigInteger(1, asked).shiftRight(free));
  }

  private static byte[] bytes(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FraudRules rules(List<String> networks) {
    return RulesJson.rules(rule("r", "address", "\"networks\": " + texts(networks)));
  }

  private static List<String> flags(FraudRules rules, String address) {
    return rules.flags(new ClickTraits(null, 0, IpAddress.parse(address), null, null));
  }
}
