package io.clickledger.sandbox.simulator.traffic;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Everybody who may click. A user is a function of the seed and a number, so that there can be as
 * many as the rate asks for; two of them share an address. Some click often and most rarely, but
 * nobody before a rest, so that at no rate a user or an address clicks faster than people do. Not
 * safe for use by several threads.
 */
final class Population implements Users {
  /** Longer than every window in which the rules look for repeats and rushes of a few clicks. */
  static final int REST_SECONDS = 120;

  /** How many there are before a rate asks for more. */
  private static final int INITIAL_SIZE = 20_000;

  /** How often somebody else is asked before somebody new comes. */
  private static final int MAX_ASKED = 6;

  /** The n-th most eager clicks in proportion to n to the power of minus this. */
  private static final double SKEW = 0.6;

  private static final List<String[]> COUNTRIES = ShippedTable.rows("countries.tsv");
  private static final double[] COUNTRY_SHARES = countryShares();
  private static final ZoneId[] ZONES =
      COUNTRIES.stream().map(row -> ZoneId.of(row[1])).toArray(ZoneId[]::new);
  private static final Addresses[] ADDRESSES =
      COUNTRIES.stream().map(row -> Addresses.of(row[0])).toArray(Addresses[]::new);

  private final long seed;
  private final List<String> browsers;
  private int size = INITIAL_SIZE;

  /** By user, the second until which to rest. */
  private int[] restsUntil = new int[2 * INITIAL_SIZE];

  Population(long seed, List<String> browsers) {
    this.seed = seed;
    this.browsers = browsers;
  }

  @Override
  public User next(Instant now, Random random) {
    int second = (int) now.getEpochSecond();
    int number = size;
    for (int i = 0; i < MAX_ASKED && number == size; i++) {
      int asked = (int) (size * Math.pow(random.nextDouble(), 1 / (1 - SKEW)));
      number = restsUntil[asked] <= second ? asked : size;
    }
    if (number == size) {
      size++;
      if (size > restsUntil.length) {
        restsUntil = Arrays.copyOf(restsUntil, 2 * restsUntil.length);
      }
    }
    restsUntil[number] = second + REST_SECONDS;
    return user(number);
  }

  @Override
  public User stranger(Random random) {
    return user(random.nextLong() | Long.MIN_VALUE);
  }

  private User user(long number) {
    long household = mixed(seed ^ mixed(number >> 1));
    long self = mixed(household + number);
    return new User(
        "user-" + Long.toHexString(self),
        ADDRESSES[country(household)].address(household),
        browsers.get((int) Math.floorMod(self >> 8, (long) browsers.size())));
  }

  /** The zone of anybody. */
  static ZoneId zone(Random random) {
    return zone(country(random.nextLong()));
  }

  /** The zone of a country. */
  static ZoneId zone(int country) {
    return ZONES[country];
  }

  /** The addresses of a country. */
  static Addresses addresses(int country) {
    return ADDRESSES[country];
  }

  /** The share of all people that lives in a country. */
  static double share(int country) {
    return COUNTRY_SHARES[country] - (country == 0 ? 0 : COUNTRY_SHARES[country - 1]);
  }

  /** The mean of what the function gives for everybody's zone. */
  static double meanOverZones(ToDoubleFunction<ZoneId> function) {
    double mean = 0;
    for (int i = 0; i < COUNTRY_SHARES.length; i++) {
      mean += share(i) * function.applyAsDouble(ZONES[i]);
    }
    return mean;
  }

  /** The country that the bits stand for. */
  static int country(long bits) {
    int place = Arrays.binarySearch(COUNTRY_SHARES, (bits >>> 11) * 0x1.0p-53);
    return Math.min(place < 0 ? -place - 1 : place, COUNTRY_SHARES.length - 1);
  }

  private static double[] countryShares() {
    double[] shares = COUNTRIES.stream().mapToDouble(row -> Double.parseDouble(row[2])).toArray();
    Arrays.parallelPrefix(shares, Double::sum);
    double sum = shares[shares.length - 1];
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  /** Every bit of the result depends on every bit of the number (Stafford's mix 13). */
  static long mixed(long number) {
    long bits = number + 0x9E3779B97F4A7C15L;
    bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
    return bits ^ bits >>> 31;
  }
}
