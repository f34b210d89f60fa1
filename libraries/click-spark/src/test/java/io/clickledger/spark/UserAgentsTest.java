package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserAgentsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DESKTOP | Windows NT | Chrome  | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36
          PHONE   | iOS        | Safari  | Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
          TABLET  | iOS        | Safari  | Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1
          """)
  void tellsDeviceSystemAndBrowser(String type, String os, String browser, String userAgent) {
    assertThat(UserAgents.device(userAgent)).isEqualTo(new Device(type, os, browser));
  }

  @Test
  void tellsARobot() {
    Device device =
        UserAgents.device(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");

    assertThat(device.type()).isEqualTo(Device.ROBOT);
  }

  @Test
  void saysUnknownWithoutAUserAgentAndTakesAnyText() {
    assertThat(UserAgents.device(null).type()).isEqualTo("UNKNOWN");
    assertThat(UserAgents.device("  ").type()).isEqualTo("UNKNOWN");
    assertThat(UserAgents.device("\u0000(((;;;/")).isNotNull();
  }
}
