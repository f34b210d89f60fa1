package io.clickledger.rules.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:203.0.113.7, 203.0.113.7",
    "::ffff:cb00:7107, 203.0.113.7",
    "64:ff9b::203.0.113.7, 64:ff9b::cb00:7107",
    "1:2:3:4:5:6:203.0.113.7, 1:2:3:4:5:6:cb00:7107"
  })
  void writesOneAddressInOneWay(String literal, String canonical) {
    assertThat(IpAddress.parse(literal)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        ":",
        ":::",
        "1.2.3",
        "1.2.3.",
        "1.2.3.4.",
        "1.2.3.4.5",
        ".1.2.3.4",
        "1.2.3.04",
        "1.2.3.256",
        "1.2.3.0004",
        "1.2.3.+4",
        " 1.2.3.4",
        "0x1.2.3.4",
        "16909060",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "1::2:",
        "12345::",
        "g::",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%eth0",
        "[::1]",
        "localhost",
        "::1/128",
        "１.2.3.4"
      })
  void readsNothingElse(String text) {
    assertThat(IpAddress.parse(text)).isNull();
  }

  @Property
  void readsTheAddressThatJavaReads(@ForAll("groups") @Size(8) int[] groups)
      throws UnknownHostException {
    StringBuilder whole = new StringBuilder();
    for (int group : groups) {
      whole.append(':').append(Integer.toHexString(group));
    }
    String literal = whole.substring(1);

    IpAddress address = IpAddress.parse(literal);

    InetAddress ofJava = InetAddress.getByName(literal);
    assertThat(InetAddress.getByName(address.text())).isEqualTo(ofJava);
    assertThat(address.bytes()).isEqualTo(ofJava.getAddress());
    assertThat(IpAddress.parse(address.text())).isEqualTo(address).hasToString(address.text());
  }

  @Property
  void anyTextNeverThrows(@ForAll("nearlyAddresses") String text) {
    IpAddress address = IpAddress.parse(text);

    if (address != null) {
      assertThat(IpAddress.parse(address.text())).isEqualTo(address).hasToString(address.text());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.0/24",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1::/48",
    "2001:db8::6, 2001:db8::/48",
    "::1, ::/48",
    "0:0:5::1, 0:0:5::/48",
    "::ffff:203.0.113.7, 203.0.113.0/24"
  })
  void cutsAnAddressToItsNetwork(String literal, String network) {
    assertThat(IpAddress.parse(literal).network()).isEqualTo(network);
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::ffff:203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
    "2001:db8:1:2::9, 2001:db8:1:2::/64",
    "2001:db8::6, 2001:db8::/64",
    "::1, ::/64",
    "2002:cb00:7107::1, 2002:cb00:7107::/64"
  })
  void givesTheAddressesOfOneHomeOneText(String literal, String subscriber) {
    assertThat(IpAddress.parse(literal).subscriber()).isEqualTo(subscriber);
  }

  @Provide
  Arbitrary<int[]> groups() {
    return Arbitraries.of(0, 0, 0, 1, 0xdb8, 0xffff).array(int[].class).ofSize(8);
  }

  @Provide
  Arbitrary<String> nearlyAddresses() {
    return Arbitraries.of("::", ":", ".", "0", "1", "255", "256", "ffff", "DB8", "%", "g")
        .list()
        .ofMaxSize(18)
        .map(parts -> String.join("", parts));
  }
}
