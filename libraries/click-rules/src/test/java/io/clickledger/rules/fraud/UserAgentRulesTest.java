package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.RulesJson.rule;
import static io.clickledger.rules.fraud.RulesJson.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserAgentRulesTest {

  private static final FraudRules IMPOSSIBLE =
      RulesJson.rules(
          rule(
              "r",
              "impossible-user-agent",
              "\"shortest\": 8",
              "\"texts\": [\"Mozilla/5.0 (compatible)\"]",
              "\"contradictions\": [[\"Windows NT\", \"iPhone\"], [\"a1\", \"b2\", \"c3\"]]",
              "\"newest\": {\"Chrome/\": 200}"));

  @ParameterizedTest
  @CsvSource({
    "Mozilla, true",
    "Mozilla/, false",
    "mozilla/5.0 (COMPATIBLE), true",
    "Mozilla/5.0 (compatible) x, false",
    "(Windows NT 10.0; iPhone), true",
    "(Windows NT 10.0; Win64), false",
    "a1 b2 and more, false",
    "c3 b2 and a1, true",
    "Chrome/200.0.0.0, false",
    "Chrome/201.0.0.0, true",
    "Chrome/20, false",
    "Chrome/99999999999999999999, true",
    "Chrome/x201, false",
    "'Mozilla/5.0\t(X11)', true"
  })
  void flagsAUserAgentThatNoBrowserSends(String userAgent, boolean flagged) {
    assertThat(flags(IMPOSSIBLE, userAgent).equals(List.of("r"))).isEqualTo(flagged);
  }

  @Test
  void aMissingUserAgentIsNotAnImpossibleOne() {
    assertThat(flags(IMPOSSIBLE, null)).isEmpty();
    assertThat(flags(IMPOSSIBLE, "  ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Googlebot\\/, Googlebot/2.1, true",
    "Googlebot\\/, Googlebot-Image, false",
    "^curl, curl/8.0, true",
    "^curl, libcurl/8.0, false",
    "GoogleAssociationService$, x GoogleAssociationService, true",
    "(?i)(^|[^u]|(^|[^c])u)bot\\b, MyBOT/1.0, true",
    "(?i)(^|[^u]|(^|[^c])u)bot\\b, bot, true",
    "(?i)(^|[^u]|(^|[^c])u)bot\\b, ubot, true",
    "(?i)(^|[^u]|(^|[^c])u)bot\\b, Android; CUBOT NOTE 20, false",
    "Rigor\\), (Rigor), true",
    "a.c, abc, true",
    "a\\.c, abc, false",
    "bücher, der bücherbot, true",
    "ab, xxab, true",
    "q, xxq, true",
    "x\\d, x1, true",
    "\\Qa.c\\E, abc, false",
    "\\Qa.c\\E, a.c, true"
  })
  void flagsAUserAgentInWhichAPatternIsFound(String pattern, String userAgent, boolean flagged) {
    FraudRules rules =
        RulesJson.rules(
            rule("r", "user-agent-pattern", "\"patterns\": " + texts(List.of(pattern))));

    assertThat(flags(rules, userAgent).equals(List.of("r"))).isEqualTo(flagged);
  }

  @ParameterizedTest
  @CsvSource({
    "M bot 60 Build, false",
    "a bot/1.0, true",
    "M bot 60 Build and a bot/1.0, true",
    "a bot at the end of b, true",
    "nothing, false"
  })
  void doesNotCountAPatternInAnIgnoredPart(String userAgent, boolean flagged) {
    FraudRules rules =
        RulesJson.rules(
            rule(
                "r",
                "user-agent-pattern",
                "\"patterns\": [\"bot\"]",
                "\"ignored\": [\"M [^/]* Build\", \"b$\"]"));

    assertThat(flags(rules, userAgent).equals(List.of("r"))).isEqualTo(flagged);
  }

  @Property
  void findsWhatThePatternsFindOneByOne(
      @ForAll("patterns") List<String> patterns, @ForAll("userAgents") String userAgent) {
    FraudRules rules =
        RulesJson.rules(rule("r", "user-agent-pattern", "\"patterns\": " + texts(patterns)));
    boolean expected =
        !userAgent.isBlank()
            && patterns.stream().anyMatch(p -> Pattern.compile(p).matcher(userAgent).find());

    assertThat(flags(rules, userAgent).equals(List.of("r"))).isEqualTo(expected);
  }

  /** Each kept a backtracking matcher busy for ever, or overflowed its stack. */
  @ParameterizedTest
  @ValueSource(
      strings = {"(x+)+y", "(x|xx)+y", ".*.*.*y", "(x|z)*y", "((((x|z)*)*)*)*y", "(x?){50}x{50}y"})
  void aHostileUserAgentKeepsNoPatternBusy(String pattern) throws InterruptedException {
    FraudRules rules =
        RulesJson.rules(
            rule("r", "user-agent-pattern", "\"patterns\": " + texts(List.of(pattern))));
    String almost = "x".repeat(ClickLimits.USER_AGENT_CHARACTERS - 1);
    List<List<String>> found = new ArrayList<>();

    // A small stack: a search must not take more of it where a user agent is longer.
    Thread task =
        new Thread(
            null,
            () -> {
              found.add(flags(rules, almost + "z"));
              found.add(flags(rules, almost + "y"));
            },
            "task",
            160 * 1024);
    task.start();
    task.join();

    assertThat(found).containsExactly(List.of(), List.of("r"));
  }

  /** Real ones, of the kinds that lists of robots are known to take for robots. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/467.0.0.40.108;FBBV/606374402;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/80]",
        "Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/469.0.0.46.109;]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E236 Snapchat/12.90.0.36 (like Safari/8617.2.4.10.8, panda)",
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20 Build/RP1A.200720.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/322.0.641560236 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/126.3.1 like Chrome/126.0.6478.115 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36 DuckDuckGo/5",
        "Mozilla/5.0 (Linux; Android 10; ELS-AN00 Build/HUAWEIELS-AN00; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 MicroMessenger/8.0.38",
        "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/6.0 TV Safari/538.1",
        "Opera/9.80 (Android; Opera Mini/36.2.2254/191.256; U; en) Presto/2.12.423 Version/12.16",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 NewsBreak/24.22.0",
        "Mozilla/5.0 (PlayStation; PlayStation 5/8.20) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15",
        "Mozilla/5.0 (Mobile; Windows Phone 8.1; Android 4.0; ARM; Trident/7.0; Touch; rv:11.0; IEMobile/11.0; NOKIA; Lumia 520) like iPhone OS 7_0_3 Mac OS X AppleWebKit/537 (KHTML, like Gecko) Mobile Safari/537",
        "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063",
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 YaBrowser/24.6.0.0 Safari/537.36",
        // Products, names of phones, builds and words that are also in lists of robots.
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) WhatsApp/2.2440.7 Chrome/128.0.0.0 Electron/32.1.2 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 8.1.0; M bot 60 Build/O11019; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/80.0.3987.132 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; Spider 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; U; Android 4.1.1; ru-kz; HTC Butterfly Build/JRO03C) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
        "Mozilla/5.0 (Linux; Android 15; CPH2581 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.122 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 16; Pixel 9 Build/CP1A.260305.018; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/146.0.7680.174 Mobile Safari/537.36 MetaIAB Facebook",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 ntvAgof (angebot=appntv)",
        "SAMSUNG-SGH-E500",
        "MOT-V3re"
      })
  void theShippedRulesLetPeoplePass(String userAgent) {
    assertThat(flags(FraudRules.shipped(), userAgent)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.6099.28 Safari/537.36",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "curl/8.5.0",
        "Wget/1.21.4",
        "Java/17.0.9 is no crawler of the list: AHC/2.1",
        "Go-http-client/1.1",
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        "Mozilla/5.0 (compatible; AnyName/1.0)",
        "WhatsApp/2.19.175 A",
        "Mozilla/5.0 (Linux; Android 6.0.1; M bot 60 Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; bingbot/2.0)"
      })
  void theShippedPatternsFindRobots(String userAgent) {
    assertThat(flags(FraudRules.shipped(), userAgent)).contains("robot-pattern");
  }

  @Provide
  Arbitrary<List<String>> patterns() {
    return Arbitraries.of(
            "ab", "ba\\/", "a\\.b", "a.b", "^ab", "b$", "abb", "bb", "(?i)AB", "aa|bb/", "\\/\\.",
            "b{2}")
        .list()
        .ofMaxSize(4);
  }

  @Provide
  Arbitrary<String> userAgents() {
    return Arbitraries.of("a", "b", "A", "B", "/", ".", " ")
        .list()
        .ofMaxSize(8)
        .map(letters -> String.join("", letters));
  }

  private static List<String> flags(FraudRules rules, String userAgent) {
    return rules.flags(new ClickTraits(null, rules.ofUserAgent(userAgent), null, null, null));
  }
}
