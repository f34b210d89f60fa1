package io.clickledger.sandbox.simulator.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Actors whose clicks look like people's one by one, and only over a day show what they are. Each
 * kind makes about as many clicks as asked, with as many actors as that needs.
 */
final class BehaviourPlan {
  /** Shorter intervals are for the rules. */
  private static final long MIN_INTERVAL_MILLIS = 45_000;

  /** False clicks to those that a publisher's popularity leads to, where a fifth is false. */
  private static final double FALSE_TO_REAL = 0.25;

  /** One who clicked more than this would break the rules of velocity. */
  private static final int MAX_SELF_CLICKS_A_DAY = 700;

  private static final double MIN_SELF_INTERVAL_MILLIS = 20_000;
  private static final int MAX_ATTEMPTS = 200;
  private static final double HOUR_MILLIS = 3_600_000;
  private static final double DAY_MILLIS = 24 * HOUR_MILLIS;

  private final DailyPopulation people;
  private final List<String> publishers;
  private final Instant from;
  private final long millis;
  private final Random random;
  private final List<String> browsers = UserAgents.of("desktop", "phone", "tablet");
  private final List<String> phones = UserAgents.of("phone");
  private final List<PlannedClick> planned = new ArrayList<>();

  BehaviourPlan(
      DailyPopulation people, List<String> publishers, Instant from, Instant to, Random random) {
    this.people = people;
    this.publishers = publishers;
    this.from = from;
    this.millis = Duration.between(from, to).toMillis();
    this.random = random;
  }

  /**
   * Plans all kinds.
   *
   * @param count of all clicks, real ones included
   * @return in the order of time
   */
  List<PlannedClick> plan(Trouble trouble, int count) {
    planSlowBots((int) (count * trouble.slowBots()));
    planCarrierFarms((int) (count * trouble.carrierFarms()));
    planSelfClicks((int) (count * trouble.selfClicks()), count * (1 - trouble.behaviour()));
    planned.sort(Comparator.comparing(PlannedClick::time));
    return planned;
  }

  /**
   * Every few minutes to three quarters of an hour, day and night. Some keep their user id, some
   * have a new one now and then; those that have a new one for each click stay at one address, and
   * others change it. Many use the address of a home where people live.
   */
  private void planSlowBots(int clicks) {
    int end = planned.size() + clicks;
    while (planned.size() < end) {
      double interval = 3 * 60_000 * Math.pow(15, random.nextDouble());
      double jitter = 0.1 + 0.5 * random.nextDouble();
      boolean even = random.nextInt(4) > 0;
      double identity = random.nextDouble();
      int clicksOfId = identity < 0.6 ? Integer.MAX_VALUE : identity < 0.8 ? 1 : 10 + nextInt(20);
      int addresses = clicksOfId > 1 && random.nextInt(3) == 0 ? 3 + nextInt(10) : 1;
      List<String> at = new ArrayList<>();
      for (int i = 0; i < addresses; i++) {
        at.add(random.nextBoolean() ? people.homeAddress(random) : ownAddress());
      }
      List<String> visited = publishers(3 + nextInt(6));
      String browser = any(browsers);
      String id = newId();
      int made = 0;
      for (double time = interval * random.nextDouble(); time < millis; made++) {
        id = made > 0 && made % clicksOfId == 0 ? newId() : id;
        add(time, Label.SLOW_BOT, new User(id, any(at), browser, visited));
        double factor =
            even
                ? 1 + jitter * (2 * random.nextDouble() - 1)
                : Math.exp(jitter * random.nextGaussian());
        time += Math.max(MIN_INTERVAL_MILLIS, interval * factor);
      }
    }
  }

  /**
   * Dozens of phones that work in shifts for one to three publishers, behind a few addresses of a
   * carrier that has many people behind each of them. Every phone has a user id of its own.
   */
  private void planCarrierFarms(int clicks) {
    int end = planned.size() + clicks;
    while (planned.size() < end) {
      int country = Population.country(random.nextLong());
      List<String> at = new ArrayList<>();
      for (int i = 3 + nextInt(4); i > 0; i--) {
        at.add(people.carrierAddress(country, nextInt(people.carrierAddresses(country))));
      }
      List<String> customers = publishers(1 + nextInt(3));
      List<String> models = List.of(any(phones), any(phones), any(phones));
      for (int phone = 40 + nextInt(110); phone > 0 && planned.size() < end; phone--) {
        String id = newId();
        String model = any(models);
        double shift = (6 + 6 * random.nextDouble()) * HOUR_MILLIS;
        double interval = shift / (6 + nextInt(15));
        for (double day = -shift; day < millis; day += DAY_MILLIS) {
          double begin = day + random.nextDouble() * (DAY_MILLIS - shift);
          double time = begin + interval * random.nextDouble();
          while (time < begin + shift) {
            add(time, Label.CARRIER_FARM, new User(id, any(at), model, customers));
            double pause = interval * Math.exp(0.7 * random.nextGaussian() - 0.25);
            time += Math.max(MIN_INTERVAL_MILLIS, pause);
          }
        }
      }
    }
  }

  /**
   * A publisher at home, at work and on the way, in his waking hours, on his own page. Some keep
   * their user id, some have a new one after a few clicks.
   */
  private void planSelfClicks(int clicks, double realClicks) {
    Popularity popularity = Popularity.zipf(publishers.size(), 1.0);
    int left = clicks;
    for (int attempt = 0; left > 0 && attempt < MAX_ATTEMPTS; attempt++) {
      int which = nextInt(publishers.size());
      double days = millis / DAY_MILLIS;
      int perDay = (int) (realClicks / days * popularity.share(which) * FALSE_TO_REAL);
      if (perDay <= MAX_SELF_CLICKS_A_DAY && perDay * days <= left) {
        left -= Math.max(1, (int) (perDay * days));
        planPublisher(publishers.get(which), perDay);
      }
    }
  }

  private void planPublisher(String publisher, int perDay) {
    int country = Population.country(random.nextLong());
    List<String> at = new ArrayList<>(List.of(ownAddress()));
    if (random.nextBoolean()) {
      at.add(ownAddress());
    }
    if (random.nextBoolean()) {
      at.add(people.carrierAddress(country, nextInt(people.carrierAddresses(country))));
    }
    List<String> devices = List.of(any(browsers), any(browsers), any(phones));
    int clicksOfId = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + nextInt(6);
    double wakes = DAY_MILLIS * random.nextDouble();
    double awake = (10 + 6 * random.nextDouble()) * HOUR_MILLIS;
    double interval = awake / Math.max(1, perDay) - MIN_SELF_INTERVAL_MILLIS;
    String id = newId();
    int made = 0;
    for (double day = wakes - DAY_MILLIS; day < millis; day += DAY_MILLIS) {
      double time = day;
      while (time < day + awake) {
        id = made++ % clicksOfId == 0 ? newId() : id;
        add(time, Label.SELF_CLICK, new User(id, any(at), any(devices), List.of(publisher)));
        time += MIN_SELF_INTERVAL_MILLIS - interval * Math.log(1 - random.nextDouble());
      }
    }
  }

  private void add(double time, Label label, User user) {
    if (time >= 0 && time < millis) {
      planned.add(new PlannedClick(from.plusMillis((long) time), label, user));
    }
  }

  private List<String> publishers(int count) {
    Set<String> some = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      some.add(any(publishers));
    }
    return new ArrayList<>(some);
  }

  /** An address that nobody else has. */
  private String ownAddress() {
    return people.stranger(random).address();
  }

  private String newId() {
    return "user-" + Long.toHexString(random.nextLong());
  }

  private int nextInt(int bound) {
    return random.nextInt(bound);
  }

  private String any(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
