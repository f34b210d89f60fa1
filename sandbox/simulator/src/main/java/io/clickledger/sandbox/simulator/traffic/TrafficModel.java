package io.clickledger.sandbox.simulator.traffic;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes clicks, the same ones for the same seed and run: users who come back, from countries that
 * sleep at night, on ads and publishers of very unequal popularity, with labelled trouble among
 * them. At any rate, traffic without trouble breaks no rule. Not safe for use by several threads.
 */
public final class TrafficModel {
  /** Clicks in one data-centre burst. */
  static final int BURST = 25;

  /** Clicks of one farm, and on how many ads and how far apart they are. */
  static final int FARM = 40;

  private static final int FARM_ADS = 3;
  private static final int FARM_MILLIS = 100;

  private static final Malformation[] MALFORMATIONS = Malformation.values();
  private static final double MEAN_WAKEFULNESS = 0.575;

  private final Catalogue catalogue;
  private final Trouble trouble;
  private final boolean registered;
  private final Random random;
  private final Popularity adPopularity;
  private final long seed;
  private final Population population;
  private Users users;
  private final ClickFields clickFields;
  private final List<String> robots = UserAgents.of("robot");
  private final List<String> impossible = UserAgents.of("impossible");
  private final Optional<Duration> lateUpTo;
  private final Deque<SimulatedClick> following = new ArrayDeque<>();

  /**
   * @param run distinguishes two runs of one seed: they have the same users but different clicks.
   *     Without it, the second run on a platform would consist of duplicates of the first. Two runs
   *     of one seed over the same time know nothing of each other: now and then a user clicks one
   *     ad in both, which is a repeat that no oracle expects
   * @param onlyPublisher all clicks on this publisher, for who wants to find them again; where the
   *     catalogue does not know it, every click is invalid
   * @param hotAd the catalogue's first ad gets this share of all clicks
   * @param lateUpTo late clicks are of any age up to this, evenly; without it most are a few hours
   *     old, and none more than three days
   */
  public TrafficModel(
      Catalogue catalogue,
      Trouble trouble,
      long seed,
      long run,
      Optional<String> onlyPublisher,
      Optional<Double> hotAd,
      Optional<Duration> lateUpTo) {
    this.lateUpTo = lateUpTo;
    this.catalogue = catalogue;
    this.trouble = trouble;
    this.registered = onlyPublisher.map(catalogue.publishers()::contains).orElse(true);
    Popularity usual = Popularity.zipf(catalogue.ads().size(), 1.1);
    this.adPopularity = hotAd.map(usual::withFirst).orElse(usual);
    this.seed = seed;
    this.population = new Population(seed, UserAgents.of("desktop", "phone", "tablet"));
    this.users = population;
    // A multiplication by an odd constant (Knuth's): runs that lie close give seeds that do not.
    this.random = new Random(seed * 31 + run * 0x9E3779B97F4A7C15L);
    this.clickFields = new ClickFields(catalogue, onlyPublisher, random);
  }

  /** No ad is hotter than usual, and no late click older. */
  public TrafficModel(
      Catalogue catalogue, Trouble trouble, long seed, long run, Optional<String> onlyPublisher) {
    this(catalogue, trouble, seed, run, onlyPublisher, Optional.empty(), Optional.empty());
  }

  /**
   * As many records as asked, spread over the time by day and night, in order of time. Each is made
   * when it is taken, so that millions need no room.
   *
   * <p>With trouble that only behaviour shows, about so many, and the other clicks are of people
   * who sleep, share addresses of carriers and offices and have favourite publishers: among users
   * who may click at any hour, nobody could tell bots that do.
   */
  public Stream<SimulatedClick> history(Instant from, Instant to, int count) {
    if (trouble.behaviour() == 0) {
      return spread(from, to, count);
    }
    double days = Math.max(1, Duration.between(from, to).toHours() / 24.0);
    int real = (int) (count * (1 - trouble.behaviour()));
    DailyPopulation people =
        new DailyPopulation(seed, real / days, catalogue.publishers(), population);
    users = people;
    BehaviourPlan plan = new BehaviourPlan(people, catalogue.publishers(), from, to, random);
    Deque<PlannedClick> planned = new ArrayDeque<>(plan.plan(trouble, count));
    Stream<SimulatedClick> rest = Stream.generate(() -> clicked(planned.poll()));
    Stream<SimulatedClick> merged =
        spread(from, to, real)
            .flatMap(click -> Stream.concat(due(planned, click.clickedAt()), Stream.of(click)));
    return Stream.concat(merged, rest.takeWhile(Objects::nonNull));
  }

  /** Those that come before a click at this time. */
  private Stream<SimulatedClick> due(Deque<PlannedClick> planned, Instant time) {
    List<SimulatedClick> due = new ArrayList<>();
    while (!planned.isEmpty() && planned.peek().time().isBefore(time)) {
      due.add(clicked(planned.poll()));
    }
    return due.stream();
  }

  /** Null for none. */
  private SimulatedClick clicked(PlannedClick planned) {
    if (planned == null) {
      return null;
    }
    String ad = catalogue.ads().get(adPopularity.draw(random)).adId();
    return click(planned.label(), planned.time(), planned.user(), ad);
  }

  private Stream<SimulatedClick> spread(Instant from, Instant to, int count) {
    long[] times = new long[count];
    long millis = Duration.between(from, to).toMillis();
    for (int i = 0; i < count; ) {
      Instant time = from.plusMillis((long) (random.nextDouble() * millis));
      if (random.nextDouble() < wakefulness(time, Population.zone(random))) {
        times[i++] = time.toEpochMilli();
      }
    }
    Arrays.sort(times);
    return Arrays.stream(times).mapToObj(time -> next(Instant.ofEpochMilli(time)));
  }

  /** How many clicks come at the time, as a multiple of the day's mean. */
  public static double activity(Instant time) {
    return Population.meanOverZones(zone -> wakefulness(time, zone)) / MEAN_WAKEFULNESS;
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
    String ad = catalogue.ads().get(adPopularity.draw(random)).adId();
    if ((dice -= trouble.dataCentreBursts()) < 0) {
      return burst(now, ad);
    }
    if ((dice -= trouble.farms()) < 0) {
      return farm(now);
    }
    if ((dice -= trouble.late()) < 0) {
      // By a user of its own: one who clicked then already would click too fast by this.
      return click(Label.LATE, now.minusSeconds(lateSeconds()), users.stranger(random), ad);
    }
    User user = users.next(now, random);
    if ((dice -= trouble.retries()) < 0) {
      SimulatedClick click = click(Label.PLAIN, now, user, ad);
      following.add(click.retried());
      return click;
    }
    if ((dice -= trouble.doubleClicks()) < 0) {
      return doubleClick(now, user, ad);
    }
    if ((dice -= trouble.robots()) < 0) {
      return click(Label.ROBOT, now, user.withUserAgent(any(robots)), ad);
    }
    if ((dice -= trouble.noUserAgent()) < 0) {
      return click(Label.NO_USER_AGENT, now, user.withUserAgent(null), ad);
    }
    if ((dice -= trouble.impossibleUserAgents()) < 0) {
      return click(Label.IMPOSSIBLE_USER_AGENT, now, user.withUserAgent(any(impossible)), ad);
    }
    if ((dice -= trouble.foreignPages()) < 0) {
      Map<String, Object> fields = clickFields.make(now, user, ad);
      fields.put("page_url", "https://clicks-" + random.nextInt(50) + ".example/cheap");
      return click(Label.FOREIGN_PAGE, now, user, fields, Optional.empty());
    }
    if ((dice -= trouble.unknownAds()) < 0) {
      return click(Label.UNKNOWN_AD, now, user, "ad-gone-" + random.nextInt(5));
    }
    return click(Label.PLAIN, now, user, ad);
  }

  private long lateSeconds() {
    double share = random.nextDouble();
    return lateUpTo
        .map(longest -> 60 + (long) (share * longest.minusSeconds(120).toSeconds()))
        .orElseGet(() -> (long) (60 * Math.pow(3 * 24 * 60.0, share)));
  }

  /** Machines of one data centre on one ad, all at once. */
  private SimulatedClick burst(Instant now, String ad) {
    User somebody = users.stranger(random);
    Addresses addresses = Addresses.of(Addresses.DATA_CENTRE);
    for (int i = 0; i < BURST; i++) {
      String id = "user-dc-" + Long.toHexString(random.nextLong());
      User machine = new User(id, addresses.address(random.nextLong()), somebody.userAgent());
      following.add(click(Label.DATA_CENTRE, now, machine, ad));
    }
    return following.poll();
  }

  private SimulatedClick farm(Instant now) {
    User user = users.stranger(random);
    List<String> few =
        Stream.generate(() -> catalogue.ads().get(adPopularity.draw(random)).adId())
            .limit(FARM_ADS)
            .toList();
    for (int i = 0; i < FARM; i++) {
      // The last is the newest, and none is after now.
      Instant time = now.minusMillis((long) FARM_MILLIS * (FARM - 1 - i));
      following.add(click(Label.FARM, time, user, few.get(i % FARM_ADS)));
    }
    return following.poll();
  }

  /** Both on one page in one minute, so that no report can tell which of them landed first. */
  private SimulatedClick doubleClick(Instant now, User user, String ad) {
    Duration apart = Duration.ofMillis(200 + random.nextInt(1_700));
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    Instant second = now.minus(apart).isBefore(minute) ? minute.minusMillis(1) : now;
    Instant first = second.minus(apart);
    Map<String, Object> fields = clickFields.make(first, user, ad);
    SimulatedClick click = click(Label.PLAIN, first, user, fields, Optional.empty());
    fields.put("click_id", clickFields.newId());
    fields.put("clicked_at", clickFields.written(second));
    following.add(click(Label.DOUBLE_CLICK, second, user, fields, Optional.of(click.clickId())));
    return click;
  }

  private String any(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private SimulatedClick click(Label label, Instant clickedAt, User user, String adId) {
    return click(label, clickedAt, user, clickFields.make(clickedAt, user, adId), Optional.empty());
  }

  private SimulatedClick click(
      Label label,
      Instant clickedAt,
      User user,
      Map<String, Object> fields,
      Optional<String> follows) {
    return new SimulatedClick(
        label,
        (String) fields.get("click_id"),
        Instant.ofEpochMilli(clickedAt.toEpochMilli()),
        (String) fields.get("ad_id"),
        (String) fields.get("publisher_id"),
        user.id(),
        user.userAgent(),
        label.isInvalid() || label.isInvalidByBehaviour() || !registered,
        follows,
        ClickFields.json(fields),
        Optional.empty());
  }

  private SimulatedClick malformed(Instant now) {
    User user = users.stranger(random);
    Map<String, Object> fields =
        clickFields.make(now, user, catalogue.ads().get(adPopularity.draw(random)).adId());
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
        Optional.empty(),
        malformation.of(fields),
        Optional.of(malformation));
  }

  /** Between 0.15 in the small hours and 1 in the evening of the user's zone. */
  private static double wakefulness(Instant time, ZoneId zone) {
    double hour = time.atZone(zone).toLocalTime().toSecondOfDay() / 3600.0;
    return MEAN_WAKEFULNESS + 0.425 * Math.cos((hour - 19) / 24 * 2 * Math.PI);
  }
}
