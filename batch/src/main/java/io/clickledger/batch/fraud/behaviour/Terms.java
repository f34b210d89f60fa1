package io.clickledger.batch.fraud.behaviour;

import java.util.Locale;

/** SQL terms that features are made of. */
final class Terms {
  /** A pause of so many seconds is taken for sleep. */
  private static final int SLEEP_SECONDS = 6 * 3_600;

  /**
   * Shares of publishers with few clicks say little, so so many are added to the clicks of each.
   */
  private static final int CLICKS_ADDED = 100;

  /** So few intervals say nothing, and so many say half of what they seem to. */
  private static final int MIN_INTERVALS = 3;

  private static final int INTERVALS_ADDED = 4;

  private Terms() {}

  /** One of 64 bits for a value; {@link #distinct} counts the values by the bits that are set. */
  static String bit(String hash) {
    return "shiftleft(1L, CAST(pmod(%s, 64) AS INT))".formatted(hash);
  }

  /** How many values have set the bits, by linear counting: 1 to about 270. */
  static String distinct(String bits) {
    return "greatest(1D, -64D * ln(greatest(1D / 64, (64D - bit_count(%s)) / 64)))".formatted(bits);
  }

  /**
   * 1 for equal intervals, 0 from a coefficient of variation on; less for few intervals.
   *
   * @param variation 1 is that of independent clicks; of clicks that come in visits it is greater
   */
  static String regular(String intervals, String gaps, String squares, double variation) {
    String mean = "(%s / %s)".formatted(gaps, intervals);
    String deviation =
        "sqrt(greatest(0D, %s / %s - %s * %s))".formatted(squares, intervals, mean, mean);
    String regular = "greatest(0D, 1 - %s / %s / %sD)".formatted(deviation, mean, variation);
    return "if(%s >= %d AND %s > 0, %s * %s / (%s + %d), 0D)"
        .formatted(intervals, MIN_INTERVALS, gaps, regular, intervals, intervals, INTERVALS_ADDED);
  }

  /** 0 with a pause in which people sleep, also one across midnight; 1 without any pause. */
  static String sleepless(String longestGap, String firstAt, String lastAt) {
    return "greatest(0D, 1 - greatest(coalesce(%s, 0D), 86400 - (%s - %s) / 1000D) / %d)"
        .formatted(longestGap, lastAt, firstAt, SLEEP_SECONDS);
  }

  /** The share that clicks have in all of a publisher. */
  static String share(String clicks, String publisherClicks) {
    return "%s / (coalesce(%s, 0) + %d)".formatted(clicks, publisherClicks, CLICKS_ADDED);
  }

  /** A share as a feature: 0 for none, 1 for a hundredth, 2 for three. */
  static String ofShare(String share) {
    return log2("1 + 100 * (%s)".formatted(share), 5);
  }

  /** Never below 0. */
  static String log2(String value, int most) {
    return String.format(Locale.ROOT, "greatest(0D, least(%d.0D, log2(%s)))", most, value);
  }

  /** The term as the column of a feature. */
  static String as(String term, Feature feature) {
    return term + " AS `" + feature.id() + "`";
  }
}
