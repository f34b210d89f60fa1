package io.clickledger.rules.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserIdsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "00000000000000000000000000000000",
        "{00000000-0000-0000-0000-000000000000}",
        " 00000000-0000-0000-0000-000000000000 ",
        "0",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "undefined",
        "UNDEFINED",
        "null",
        "(null)",
        "None",
        "Unknown",
        "n/a",
        "-",
        "--",
        "?",
        " ",
        "\t",
        "\u2003",
        "[object Object]",
        "${USER_ID}",
        "{{user.id}}",
        "{idfa}",
        "%%ADVERTISING_ID%%",
        "[IDFA]",
        "__IDFA__",
        "$IDFA$",
        "caf\uFFFD"
      })
  void aPlaceholderNamesNobody(String userId) {
    assertThat(UserIds.isPlaceholder(userId)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "u-93c1",
        "7",
        "a",
        "aaaa",
        "nullius",
        "unknown-7",
        "00000000-0000-0000-0000-000000000001",
        "{9f0c2d1e-5a77-4d3e-9c58-7d7f6f1f2a10}",
        "cb2c3a1e-5a77-4d3e-9c58-7d7f6f1f2a10",
        "_ga_GS1.1.1764",
        "[12]",
        "用户",
        "😀"
      })
  void anyOtherTextNamesAUser(String userId) {
    assertThat(UserIds.isPlaceholder(userId)).isFalse();
  }
}
