package io.clickledger.sandbox.simulator.traffic;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * People as they are over a day: they sleep in their zone's night, click a few times in a visit,
 * have favourite publishers, and many of them share the address of a carrier or an office. A user
 * is a function of the seed and a number. Some look much like trouble: players who click eighty
 * times a day on one publisher, offices with one browser, readers of what is regional, workers of
 * the night, people who hardly sleep. Not safe for use by several threads.
 */
final class DailyPopulation implements Users {
  /** Longer than every window in which the rules look for a repeat. */
  private static final int REST_SECONDS = 30;

  private static final double CLICKS_OF_USER_A_DAY = 2.5;
  private static final int MIN_SIZE = 2_000;

  /** The n-th most eager clicks in proportion to n to the power of minus this. */
  private static final double SKEW = 0.25;

  /** How often a click is one more of a visit that began already, and how long a visit pauses. */
  private static final double VISIT_GOES_ON = 0.4;

  private static final int MAX_PAUSE_SECONDS = 1_500;
  private static final int VISITS = 512;

  /** One in so many is a player, and this share of all clicks is theirs. */
  private static final int PLAYER_EVERY = 1_000;

  private static final double PLAYERS = 0.03;

  private static final int READS_OF_REGION_EVERY = 7;
  private static final int MAX_ASKED = 12;
  private static final int USERS_OF_CARRIER_ADDRESS = 300;
  private static final int USERS_OF_OFFICE = 40;

  private final long seed;
  private final int size;
  private final List<String> publishers;
  private final Popularity popularity;
  private final Population strangers;
  private final List<String> browsers = UserAgents.of("desktop", "phone", "tablet");
  private final List<String> phones = UserAgents.of("phone");
  private final List<String> desktops = UserAgents.of("desktop");
  private final Map<Integer, Integer> restsUntil = new HashMap<>();
  private final int[] visitors = new int[VISITS];
  private final int[] visitedAt = new int[VISITS];
  private int visits;

  /**
   * @param clicksPerDay how many clicks they make together: so many of them there are
   */
  DailyPopulation(long seed, double clicksPerDay, List<String> publishers, Population strangers) {
    this.seed = seed;
    this.size = (int) Math.max(MIN_SIZE, clicksPerDay / CLICKS_OF_USER_A_DAY);
    this.publishers = publishers;
    this.popularity = Popularity.zipf(publishers.size(), 1.0);
    this.strangers = strangers;
  }

  @Override
  public User next(Instant now, Random random) {
    int second = (int) now.getEpochSecond();
    int number = random.nextDouble() < VISIT_GOES_ON ? visitor(second, random) : -1;
    for (int i = 0; i < MAX_ASKED && number < 0; i++) {
      int asked = anybody(random);
      number = isAwake(asked, now) && mayClick(asked, second) ? asked : -1;
    }
    while (number < 0) {
      int asked = anybody(random);
      number = mayClick(asked, second) ? asked : -1;
    }
    restsUntil.put(number, second + REST_SECONDS);
    visitors[visits % VISITS] = number;
    visitedAt[visits++ % VISITS] = second;
    return user(number, now);
  }

  @Override
  public User stranger(Random random) {
    return strangers.stranger(random);
  }

  /** An address that a carrier gives to hundreds of its people. */
  String carrierAddress(int country, int number) {
    return sharedAddress(country, "carrier".hashCode() + 31L * number);
  }

  /** How many of those the carriers of a country have. */
  int carrierAddresses(int country) {
    return 1 + (int) (size * 0.4 * Population.share(country) / USERS_OF_CARRIER_ADDRESS);
  }

  /** An address of somebody's home, where people live whose own clicks are real. */
  String homeAddress(Random random) {
    long household = household(random.nextInt(size));
    return Population.addresses(Population.country(household)).address(household);
  }

  private int visitor(int second, Random random) {
    int place = random.nextInt(VISITS);
    boolean recent = place < visits && second - visitedAt[place] < MAX_PAUSE_SECONDS;
    return recent && mayClick(visitors[place], second) ? visitors[place] : -1;
  }

  private int anybody(Random random) {
    if (random.nextDouble() < PLAYERS) {
      return random.nextInt(1 + size / PLAYER_EVERY) * PLAYER_EVERY % size;
    }
    return (int) (size * Math.pow(random.nextDouble(), 1 / (1 - SKEW)));
  }

  private boolean mayClick(int number, int second) {
    return restsUntil.getOrDefault(number, 0) <= second;
  }

  private boolean isAwake(int number, Instant now) {
    long self = self(number);
    ZoneId zone = Population.zone(Population.country(household(number)));
    double hour = now.atZone(zone).toLocalTime().toSecondOfDay() / 3600.0;
    double toBed = 22.3 + 2.4 * fraction(self, 1) + (fraction(self, 2) < 0.04 ? 9 : 0);
    double sleep = fraction(self, 3) < 0.01 ? 3.5 : 6 + 3 * fraction(self, 4);
    return (hour - toBed + 48) % 24 > sleep;
  }

  private User user(int number, Instant now) {
    long self = self(number);
    long household = household(number);
    int country = Population.country(household);
    String id = "user-" + Long.toHexString(self);
    double access = fraction(self, 5);
    if (access < 0.08) {
      long office = Population.mixed(seed + number / (USERS_OF_OFFICE * 13));
      String address = sharedAddress(Population.country(office), office);
      return new User(id, address, of(desktops, office), favourites(number, self, office));
    }
    int hour = now.atZone(Population.zone(country)).getHour();
    boolean outside = access < 0.4 || access < 0.5 && hour >= 8 && hour < 18;
    if (outside) {
      // A carrier gives another address now and then, out of a few of the region.
      int region = (int) Math.floorMod(self >> 3, (long) carrierAddresses(country));
      int at = (region + hour / 8) % carrierAddresses(country);
      List<String> favourites = favourites(number, self, 31L * country + region / 3);
      return new User(id, carrierAddress(country, at), of(phones, self), favourites);
    }
    List<String> own = access < 0.5 ? phones : browsers;
    String address = Population.addresses(country).address(household);
    return new User(id, address, of(own, self), favourites(number, self, country));
  }

  /** Some read first of all what is of their region, as all of one office or carrier address do. */
  private List<String> favourites(int number, long self, long region) {
    Random taste = new Random(self);
    if (taste.nextInt(10) == 0) {
      return List.of();
    }
    int count = number % PLAYER_EVERY == 0 ? 1 + taste.nextInt(2) : 2 + taste.nextInt(5);
    Set<String> favourites = new LinkedHashSet<>();
    if (taste.nextInt(READS_OF_REGION_EVERY) == 0) {
      favourites.add(of(publishers, Population.mixed(seed + region)));
    }
    for (int i = 0; i < count; i++) {
      favourites.add(publishers.get(popularity.draw(taste)));
    }
    return new ArrayList<>(favourites);
  }

  /** Of IPv4, since nobody shares one of the others. */
  private String sharedAddress(int country, long number) {
    long bits = Population.mixed(seed ^ number);
    String address = Population.addresses(country).address(bits);
    while (address.indexOf(':') >= 0) {
      address = Population.addresses(country).address(++bits);
    }
    return address;
  }

  private long household(int number) {
    return Population.mixed(~seed ^ Population.mixed(number >> 1));
  }

  private long self(int number) {
    return Population.mixed(household(number) + number);
  }

  private static double fraction(long self, int which) {
    return (Population.mixed(self + which) >>> 11) * 0x1.0p-53;
  }

  private static String of(List<String> texts, long bits) {
    return texts.get((int) Math.floorMod(bits >> 8, (long) texts.size()));
  }
}
