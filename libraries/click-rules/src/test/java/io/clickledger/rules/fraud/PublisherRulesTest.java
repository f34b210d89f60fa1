package io.clickledger.rules.fraud;

import static io.clickledger.rules.fraud.RulesJson.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.web.PageHosts;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherRulesTest {

  private static final FraudRules RULES =
      RulesJson.rules(rule("r", "publisher-mismatch", "\"page_caches\": [\"cdn.ampproject.org\"]"));

  @ParameterizedTest
  @CsvSource({
    "news.example, https://news.example, false",
    "news.example, https://news.example/, false",
    "news.example, http://news.example/a?b#c, false",
    "news.example, https://news.example?u=https://other.example, false",
    "news.example, https://news.example#x, false",
    "news.example, HTTPS://News.EXAMPLE/A, false",
    "news.example, https://news.example:8443/a, false",
    "news.example, https://news.example./a, false",
    "news.example, https://m.news.example/a, false",
    "news.example, https://a.b.news.example./a, false",
    "news.example, https://jane:secret@news.example/a, false",
    "news.example, https://news-example.cdn.ampproject.org/c/s/news.example, false",
    "news.example, https://cdn.ampproject.org/, false",
    "news.example, https://other.example/, true",
    "news.example, https://other.example/news.example, true",
    "news.example, https://other.example?news.example, true",
    "news.example, https://other.example\\.news.example, true",
    "news.example, https://news.example@other.example/, true",
    "news.example, https://other.example/@news.example, true",
    "news.example, https://fakenews.example/, true",
    "news.example, https://news.example.other.example/, true",
    "news.example, https://news.exampl/, true",
    "news.example, https://example/, true",
    "news.example, https://ampproject.org/, true",
    "news.example, https://203.0.113.7/, true",
    "news.example, https://[2001:db8::1]:443/, true",
    // Internationalized names stand as xn-- in the metadata; browsers send them so, people may not.
    "xn--bcher-kva.example, https://xn--bcher-kva.example/, false",
    "xn--bcher-kva.example, https://www.XN--BCHER-KVA.example/, false",
    "xn--bcher-kva.example, https://bücher.example/, false",
    "xn--bcher-kva.example, https://m.BÜCHER.example:443/ü, false",
    "news.example, https://ｎｅｗｓ.example/, false",
    "news.example, https://nеws.example/, true",
    "news.example, https://news.example/ü, false",
    "news.example, https://news.example。/, false",
    // As browsers do it (IDNA2008): ß is not ss, ς is not σ, emoji are names.
    "xn--strae-oqa.example, https://straße.example/, false",
    "strasse.example, https://straße.example/, true",
    "strasse.example, https://www.STRASSE.example/, false",
    "xn--3xa.example, https://ς.example/, false",
    "xn--e28h.example, https://😀.example/, false",
    "xn--i-7iq.example, https://i❤.example/a, false",
    "xn--aa---3ra.example, https://aa--ü.example/, false",
    // No name at all, which is nobody's.
    "xn--tda910n.example, https://\u200dü.example/, true",
    "example, https://\ud800.example/, true",
    // Viewers and caches show the publisher's pages.
    "news.example, https://www.google.com/amp/s/news.example/a, false",
    "news.example, https://www.google.co.uk/amp/s/amp.news.example/a?x=1, false",
    "news.example, https://www.google.com.br/amp/news.example/a, false",
    "news.example, https://google.de/amp/s/www.news.example, false",
    "news.example, https://www.bing.com/amp/s/www.news.example/a, false",
    "news.example, https://news-example.cdn.ampproject.org/v/s/news.example/a?amp_js_v=1, false",
    "news.example, https://other-example.cdn.ampproject.org/c/s/other.example/a, true",
    "news.example, https://www-news-example.bing-amp.com/c/s/www.news.example/a, false",
    "news.example, https://other-example.bing-amp.com/c/s/other.example/a, true",
    "news.example, https://web.archive.org/web/20260102030405/https://news.example/a, false",
    "news.example, https://web.archive.org/web/20260102030405if_/http://news.example:80/a, false",
    "xn--strae-oqa.example, https://www.google.de/amp/s/straße.example/, false",
    "news.example, https://www.google.com/amp/s/other.example/news.example, true",
    "news.example, https://www.google.com/amp/, true",
    "news.example, https://www.google.com/search?q=news.example, true",
    "news.example, https://www.google.other.example/amp/s/news.example/a, true",
    "news.example, https://google.com.other.example/amp/s/news.example/a, true",
    "news.example, https://fakegoogle.com/amp/s/news.example/a, true",
    "news.example, https://web.archive.org/save/https://news.example/a, true",
    "news.example, 'https://\u00ad', true",
    // Nobody's: an app, a text, nothing.
    "news.example, android-app://com.example.news, false",
    "news.example, about:blank, false",
    "news.example, other.example, false",
    "news.example, https:///a, false",
    "news.example, '', false",
    "news.example, , false",
    // The publisher is unknown.
    ", https://news.example/, true",
    ", , true"
  })
  void flagsAPageThatIsNotThePublishers(String domain, String pageUrl, boolean flagged) {
    List<String> flags = RULES.publisherFlags(domain, PageHosts.of(pageUrl));

    assertThat(flags.equals(List.of("r"))).isEqualTo(flagged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"https://news.example/a\" | https://news.example/a",
        "\"https:\\/\\/news.example\\/\\u00e9\" | https://news.example/é",
        "\"a\\\\b\\\"c\\td\" | `a\\b\"c\td`",
        "\"\" | ``",
        "7 |",
        "null |",
        "{\"a\":\"b\"} |"
      })
  void readsThePageOutOfTheRecord(String json, String expected) {
    byte[] record = ClickJson.click("a").with("page_url", json).bytes();
    ReadResult reading = ClickReader.read(record, Clicks.NOON);

    assertThat(((ReadResult.Accepted) reading).click().pageUrl()).isEqualTo(expected);
  }
}
