package io.clickledger.serving.lake;

import io.clickledger.serving.lake.CountedClick.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Clicks of a seed, around the times where calendars go wrong. */
final class RandomClicks {

  /** Where clicks happen: around clock changes, around the seam, and in the last hours. */
  static final List<Window> WINDOWS =
      List.of(
          // Lord Howe puts its clocks forward by half an hour on 4 October, 02:00 (15:30 UTC).
          new Window("2026-10-03T12:00:00Z", "2026-10-04T00:00:00Z", 300),
          // Europe puts its clocks back on 25 October, 01:00 UTC.
          new Window("2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z", 500),
          // The seam.
          new Window("2026-10-29T06:00:00Z", "2026-10-30T18:00:00Z", 700),
          // North America puts its clocks back on 1 November, St. John's at 04:30 UTC.
          new Window("2026-10-31T00:00:00Z", "2026-11-01T11:00:00Z", 500),
          new Window("2026-11-01T11:00:00Z", "2026-11-01T12:00:00Z", 300));

  record Window(Instant start, Instant end, int clicks) {
    Window(String start, String end, int clicks) {
      this(Instant.parse(start), Instant.parse(end), clicks);
    }

    Duration length() {
      return Duration.between(start, end);
    }
  }

  // Advertiser, campaign, ad, publisher, country, device, currency. A device that is a formula.
  private static final List<List<String>> ADS =
      List.of(
          Arrays.asList("adv-1", "camp-1", "ad-1", "EUR"),
          Arrays.asList("adv-1", "camp-2", "ad-2", "EUR"),
          Arrays.asList("adv-2", "camp-3", "ad-3", "USD"),
          Arrays.asList(null, null, "ad-4", null));

  private static final List<String> COUNTRIES = Arrays.asList("DE", "US", null);
  private static final List<String> DEVICES = Arrays.asList("PHONE", "DESKTOP", "=1+1", null);

  private final Random random;

  RandomClicks(long seed) {
    this.random = new Random(seed);
  }

  List<CountedClick> all() {
    List<CountedClick> clicks = new ArrayList<>();
    for (Window window : WINDOWS) {
      for (int i = 0; i < window.clicks(); i++) {
        clicks.add(click(window));
      }
    }
    return clicks;
  }

  private CountedClick click(Window window) {
    Instant at = window.start().plusSeconds(random.nextInt((int) window.length().toSeconds()));
    List<String> ad = ADS.get(random.nextInt(ADS.size()));
    Kind kind = random.nextInt(3) > 0 ? Kind.VALID : Kind.values()[random.nextInt(3)];
    boolean isPaid = kind == Kind.VALID && ad.get(3) != null;
    List<String> values =
        Arrays.asList(
            ad.get(0),
            ad.get(1),
            ad.get(2),
            "pub-" + random.nextInt(2),
            COUNTRIES.get(random.nextInt(COUNTRIES.size())),
            DEVICES.get(random.nextInt(DEVICES.size())),
            ad.get(3));
    // Some land days late.
    Duration delay = Duration.ofSeconds(random.nextInt(10) == 0 ? 100_000 : 3);
    return new CountedClick(
        at,
        values,
        kind,
        isPaid ? 1 + random.nextInt(1_000_000) : 0,
        random.nextInt(5) == 0 ? null : "user-" + random.nextInt(400),
        at.plus(delay));
  }
}
