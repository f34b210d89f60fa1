package io.clickledger.benchmarks.billing;

import io.clickledger.lake.commit.RecordFiles;
import io.clickledger.lake.landed.OnTimeRule;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.sandbox.simulator.traffic.Catalogue;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.schemas.RawClicks;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;

/**
 * Simulated clicks as rows of raw.clicks. Country and device, which landing would find out, follow
 * from the user: shares are those of the simulator's population.
 */
final class ClickRows {
  private static final String VERSION = FraudRules.shipped().version();

  /** By their shares in a hundred. */
  private static final String[] COUNTRIES =
      ("US ".repeat(25) + "DE ".repeat(15) + "GB ".repeat(12) + "FR ".repeat(10) + "JP ".repeat(7))
          .concat("IN ".repeat(5) + "NL ".repeat(4) + "SE NO IT ES ".repeat(3))
          .concat("BR AU CA ".repeat(3) + "PL")
          .split(" ");

  private final Table raw;
  private final Map<String, Catalogue.Ad> ads;
  private final Map<String, String> domains;

  ClickRows(Table raw, Catalogue catalogue) {
    this.raw = raw;
    this.ads = catalogue.byId();
    this.domains = catalogue.domains();
  }

  Record row(SimulatedClick click, int partition, long offset, Instant landedAt) {
    long user = hash(click.userId());
    Catalogue.Ad ad = ads.get(click.adId());
    Record row = RecordFiles.row(raw);
    row.setField(RawClicks.CLICK_ID, click.clickId());
    row.setField(RawClicks.CLICKED_AT, click.clickedAt().atOffset(ZoneOffset.UTC));
    row.setField(RawClicks.SOURCE, "kafka");
    row.setField(RawClicks.AD_ID, click.adId());
    row.setField(RawClicks.PUBLISHER_ID, click.publisherId());
    if (ad != null) {
      row.setField(RawClicks.ADVERTISER_ID, ad.advertiserId());
      row.setField(RawClicks.CAMPAIGN_ID, ad.campaignId());
    }
    row.setField("impression_id", "imp-" + Long.toHexString(mixed(user + offset)));
    row.setField("click_url", "https://shop.example/landing?ad=" + click.adId());
    row.setField(RawClicks.PAGE_HOST, pageHost(click, user));
    row.setField(RawClicks.USER_AGENT, click.userAgent());
    row.setField(RawClicks.GEO_COUNTRY, COUNTRIES[Math.floorMod(user >> 20, COUNTRIES.length)]);
    row.setField(RawClicks.DEVICE_TYPE, device(click));
    row.setField(RawClicks.FRAUD_FLAGS, flags(click));
    row.setField(RawClicks.RULES_VERSION, VERSION);
    row.setField(RawClicks.IP_HASH, hex(mixed(user ^ 0x1234_5678)));
    row.setField(RawClicks.USER_HASH, hex(user));
    row.setField(RawClicks.HASH_KEY_ID, "1");
    row.setField(RawClicks.KAFKA_PARTITION, partition);
    row.setField(RawClicks.KAFKA_OFFSET, offset);
    row.setField(RawClicks.KAFKA_TIMESTAMP, click.clickedAt().atOffset(ZoneOffset.UTC));
    row.setField(RawClicks.LANDED_AT, landedAt.atOffset(ZoneOffset.UTC));
    row.setField(RawClicks.ON_TIME, OnTimeRule.isOnTime(click.clickedAt(), landedAt));
    return row;
  }

  private String pageHost(SimulatedClick click, long user) {
    return switch (click.label()) {
      case FOREIGN_PAGE -> "clicks-" + Math.floorMod(user, 50) + ".example";
      default -> {
        String domain = domains.get(click.publisherId());
        yield domain == null || user % 4 != 0 ? null : "www." + domain;
      }
    };
  }

  /** The stateless rules that landing would have found. */
  private static List<String> flags(SimulatedClick click) {
    return switch (click.label()) {
      case DATA_CENTRE -> List.of("data-centre");
      case ROBOT -> List.of("known-robot");
      case NO_USER_AGENT -> List.of("missing-user-agent");
      case IMPOSSIBLE_USER_AGENT -> List.of("impossible-user-agent");
      default -> List.of();
    };
  }

  private static String device(SimulatedClick click) {
    String userAgent = click.userAgent();
    return switch (click.label()) {
      case ROBOT -> "ROBOT";
      case NO_USER_AGENT, IMPOSSIBLE_USER_AGENT -> "UNKNOWN";
      default ->
          userAgent.contains("iPad") || userAgent.contains("Tablet")
              ? "TABLET"
              : userAgent.contains("Mobile") ? "PHONE" : "DESKTOP";
    };
  }

  /** The words of the simulator's users are random already. */
  private static long hash(String userId) {
    long hash = 0;
    for (int i = 0; i < userId.length(); i++) {
      hash = hash * 0x100000001B3L ^ userId.charAt(i);
    }
    return mixed(hash);
  }

  private static long mixed(long number) {
    long bits = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
    return bits ^ bits >>> 31;
  }

  private static String hex(long bits) {
    char[] digits = new char[32];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = Character.forDigit((int) (bits >>> (i & 15) * 4) & 15, 16);
    }
    return new String(digits);
  }
}
