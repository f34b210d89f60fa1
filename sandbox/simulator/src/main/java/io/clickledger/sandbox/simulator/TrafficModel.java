package io.clickledger.sandbox.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes clicks, the same ones for the same seed and run: users who come back, from countries that
 * sleep at night, on ads and publishers of very unequal popularity, with labelled trouble among
 * them. Not safe for use by several threads.
 */
public final class TrafficModel {
  /** Clicks in one data-centre burst. */
  static final int BURST = 25;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USERS = 20_000;

  /** One in so many users has an IPv6 address. */
  private static final int IPV6_EVERY = 4;

  /** One in so many clicks claims a cost; one in so many has fields beyond the contract. */
  private static final int CLAIM_EVERY = 25;

  private static final int OTHER_FIELDS_EVERY = 20;
  private static final Malformation[] MALFORMATIONS = Malformation.values();
  private static final List<String[]> COUNTRIES = table("countries.tsv");
  private static final List<String[]> USER_AGENTS = table("user-agents.tsv");

  private final Catalogue catalogue;
  private final Map<String, Catalogue.Ad> ads;
  private final Trouble trouble;
  private final Optional<String> onlyPublisher;
  private Random random;
  private final double[] adShares;
  private final double[] publisherShares;
  private final double[] userShares;
  private final List<User> users = new ArrayList<>();
  private final List<String> robots = new ArrayList<>();
  private final Deque<SimulatedClick> following = new ArrayDeque<>();

  /** Somebody who clicks: always from the same place with the same browser. */
  private record User(String id, ZoneId zone, String address, String userAgent) {}

  /**
   * @param run what tells two runs of one seed apart: the users stay, their clicks are other ones.
   *     Without it, the second run on a platform would be nothing but duplicates of the first
   * @param onlyPublisher all clicks on this publisher, for who wants to find them again
   */
  public TrafficModel(
      Catalogue catalogue, Trouble trouble, long seed, long run, Optional<String> onlyPublisher) {
    this.catalogue = catalogue;
    this.ads = catalogue.byId();
    this.trouble = trouble;
    this.onlyPublisher = onlyPublisher;
    this.random = new Random(seed);
    this.adShares = zipf(catalogue.ads().size(), 1.1);
    this.publisherShares = zipf(catalogue.publishers().size(), 1.0);
    this.userShares = zipf(USERS, 0.6);
    List<String> browsers = new ArrayList<>();
    USER_AGENTS.forEach(row -> (row[0].equals("robot") ? robots : browsers).add(row[1]));
    for (int i = 0; i < USERS; i++) {
      String[] country = country();
      users.add(
          new User(
              "user-" + Long.toHexString(random.nextLong()),
              ZoneId.of(country[1]),
              i % IPV6_EVERY == 0
                  ? longAddress(country[5])
                  : address(country[2], Integer.parseInt(country[3])),
              browsers.get(random.nextInt(browsers.size()))));
    }
    // A multiplication by an odd constant (Knuth's): runs that lie close give seeds that do not.
    this.random = new Random(seed * 31 + run * 0x9E3779B97F4A7C15L);
  }

  /**
   * As many records as asked, spread over the time by day and night, in order of time; each is made
   * as it is taken.
   */
  public Stream<SimulatedClick> history(Instant from, Instant to, int count) {
    List<Instant> times = new ArrayList<>();
    long millis = Duration.between(from, to).toMillis();
    while (times.size() < count) {
      Instant time = from.plusMillis((long) (random.nextDouble() * millis));
      if (random.nextDouble() < wakefulness(time, users.get(draw(userShares)).zone())) {
        times.add(time);
      }
    }
    times.sort(null);
    return times.stream().map(this::next);
  }

  /** The record that is sent next, by somebody who clicks now. */
  public SimulatedClick next(Instant now) {
    if (!following.isEmpty()) {
      return following.poll();
    }
    double dice = random.nextDouble();
    if ((dice -= trouble.malformed()) < 0) {
      return malformed(now);
    }
    User user = users.get(draw(userShares));
    String ad = catalogue.ads().get(draw(adShares)).adId();
    if ((dice -= trouble.retries()) < 0) {
      SimulatedClick click = click(Label.PLAIN, now, user, ad, user.userAgent());
      following.add(click.retried());
      return click;
    }
    if ((dice -= trouble.doubleClicks()) < 0) {
      // The second follows in the file, so it must not be after now.
      Instant first = now.minusMillis(200 + random.nextInt(1_700));
      following.add(click(Label.DOUBLE_CLICK, now, user, ad, user.userAgent()));
      return click(Label.PLAIN, first, user, ad, user.userAgent());
    }
    if ((dice -= trouble.robots()) < 0) {
      return click(Label.ROBOT, now, user, ad, robots.get(random.nextInt(robots.size())));
    }
    if ((dice -= trouble.noUserAgent()) < 0) {
      return click(Label.NO_USER_AGENT, now, user, ad, null);
    }
    if ((dice -= trouble.dataCentreBursts()) < 0) {
      for (int i = 0; i < BURST; i++) {
        String address = "3.120." + random.nextInt(4) + "." + (1 + random.nextInt(254));
        User machine = new User("user-dc-" + i, user.zone(), address, user.userAgent());
        following.add(click(Label.DATA_CENTRE, now, machine, ad, user.userAgent()));
      }
      return following.poll();
    }
    if ((dice -= trouble.late()) < 0) {
      long late = (long) (60 * Math.pow(3 * 24 * 60.0, random.nextDouble()));
      return click(Label.LATE, now.minusSeconds(late), user, ad, user.userAgent());
    }
    if ((dice -= trouble.unknownAds()) < 0) {
      return click(Label.UNKNOWN_AD, now, user, "ad-gone-" + random.nextInt(5), user.userAgent());
    }
    return click(Label.PLAIN, now, user, ad, user.userAgent());
  }

  private SimulatedClick click(
      Label label, Instant clickedAt, User user, String adId, String userAgent) {
    Instant time = Instant.ofEpochMilli(clickedAt.toEpochMilli());
    Map<String, Object> fields = fields(time, user, adId, userAgent);
    return new SimulatedClick(
        label,
        (String) fields.get("click_id"),
        time,
        adId,
        (String) fields.get("publisher_id"),
        user.id(),
        userAgent,
        label.isInvalid(),
        json(fields),
        Optional.empty());
  }

  private Map<String, Object> fields(Instant time, User user, String adId, String userAgent) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("click_id", new UUID(random.nextLong(), random.nextLong()).toString());
    fields.put("clicked_at", random.nextBoolean() ? time.toEpochMilli() : time.toString());
    fields.put("ad_id", adId);
    Optional<Catalogue.Ad> ad = Optional.ofNullable(ads.get(adId));
    fields.put(
        "publisher_id",
        onlyPublisher.orElseGet(() -> catalogue.publishers().get(draw(publisherShares))));
    fields.put("user_id", user.id());
    fields.put("ip_address", user.address());
    if (userAgent != null) {
      fields.put("user_agent", userAgent);
    }
    fields.put("impression_id", "imp-" + Long.toHexString(random.nextLong()));
    fields.put("click_url", "https://shop.example/landing?ad=" + adId);
    // Senders know the campaign of their ads; what they say of an ad that we know is not believed.
    ad.ifPresent(known -> fields.put("campaign_id", known.campaignId()));
    if (random.nextInt(CLAIM_EVERY) == 0) {
      fields.put("claimed_cost_micros", 1_000L * random.nextInt(5_000));
      fields.put("currency", "EUR");
    }
    if (random.nextInt(OTHER_FIELDS_EVERY) == 0) {
      fields.put("placement", "slot-" + random.nextInt(9));
      fields.put("viewport", Map.of("width", 320 + random.nextInt(1_600)));
    }
    return fields;
  }

  private SimulatedClick malformed(Instant now) {
    User user = users.get(random.nextInt(users.size()));
    Map<String, Object> fields =
        fields(now, user, catalogue.ads().get(draw(adShares)).adId(), user.userAgent());
    String name = "malformed-" + fields.get("click_id");
    Malformation malformation = MALFORMATIONS[random.nextInt(MALFORMATIONS.length)];
    return new SimulatedClick(
        Label.MALFORMED,
        name,
        now,
        "",
        "",
        user.id(),
        user.userAgent(),
        false,
        malformation.of(fields),
        Optional.of(malformation));
  }

  static String json(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kind and user agent of each that is shipped. */
  static List<String[]> userAgents() {
    return USER_AGENTS;
  }

  /** Between 0.15 in the small hours and 1 in the evening of the user's zone. */
  private static double wakefulness(Instant time, ZoneId zone) {
    double hour = time.atZone(zone).toLocalTime().toSecondOfDay() / 3600.0;
    return 0.575 + 0.425 * Math.cos((hour - 19) / 24 * 2 * Math.PI);
  }

  private String[] country() {
    double sum = COUNTRIES.stream().mapToDouble(row -> Double.parseDouble(row[4])).sum();
    double dice = random.nextDouble() * sum;
    for (String[] row : COUNTRIES) {
      dice -= Double.parseDouble(row[4]);
      if (dice < 0) {
        return row;
      }
    }
    return COUNTRIES.get(0);
  }

  private String address(String network, int prefix) {
    long base = 0;
    for (String octet : network.split("\\.")) {
      base = base << 8 | Integer.parseInt(octet);
    }
    long address = base + (random.nextLong() & (1L << 32 - prefix) - 1);
    return (address >> 24)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }

  /** An address in the /32 network, as a household's: a /64 of its own. */
  private String longAddress(String network) {
    return "%s:%x:%x::%x"
        .formatted(
            network, random.nextInt(0x10000), 1 + random.nextInt(255), 1 + random.nextInt(0xffff));
  }

  /** Cumulated shares of a Zipf distribution. */
  private static double[] zipf(int size, double exponent) {
    double[] shares = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      shares[i] = sum;
    }
    for (int i = 0; i < size; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  private int draw(double[] cumulated) {
    int place = java.util.Arrays.binarySearch(cumulated, random.nextDouble());
    return Math.min(place < 0 ? -place - 1 : place, cumulated.length - 1);
  }

  private static List<String[]> table(String resource) {
    try (InputStream in = TrafficModel.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + resource, e);
    }
  }
}
