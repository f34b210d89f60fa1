package io.clickledger.rules.fraud;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rules that look at more than one click, each with a bit of its own: velocity (more than so
 * many clicks of one address or user in a window that ends with the click) and repeat clicks (the
 * same user on the same ad again: of two, the one that landed later, whichever was clicked first).
 * Clicks with one click_id are one click here, unless their clicked_at differ by a minute or more.
 */
public final class StatefulRules implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Maximum number of earlier clicks of a key that are compared with a click, so that the cost of a
   * key with very many clicks is bounded. Limits of rules are below it.
   */
  public static final int MAX_LOOKBACK = 10_000;

  /** Maximum window of a rule: histories search only the neighbouring hours of a click. */
  static final int MAX_WINDOW_SECONDS = 3_600;

  /** Number of bits in a result. */
  private static final int MAX_RULES = Integer.SIZE - 2;

  private final ArrayList<String> ids = new ArrayList<>();
  private final KeyRules ofAddress;
  private final KeyRules ofUser;

  /**
   * @throws IllegalArgumentException where there are more rules than bits, or a limit exceeds the
   *     lookback
   */
  public StatefulRules(List<VelocityRule> velocities, List<RepeatClickRule> repeats) {
    if (velocities.size() + repeats.size() > MAX_RULES) {
      throw new IllegalArgumentException(
          "stateful rules must be at most %d, were %d"
              .formatted(MAX_RULES, velocities.size() + repeats.size()));
    }
    List<Limit> ofAddresses = new ArrayList<>();
    List<Limit> ofUsers = new ArrayList<>();
    for (VelocityRule rule : velocities) {
      requireWindow(rule.id(), rule.window());
      if (rule.limit() < 1 || rule.limit() >= MAX_LOOKBACK) {
        throw new IllegalArgumentException(
            "limit of rule %s must be 1..%d, was %d"
                .formatted(rule.id(), MAX_LOOKBACK - 1, rule.limit()));
      }
      List<Limit> limits = rule.key() == VelocityRule.Key.IP_ADDRESS ? ofAddresses : ofUsers;
      limits.add(new Limit(bitOf(rule.id()), (int) rule.window().toSeconds(), rule.limit(), false));
    }
    for (RepeatClickRule rule : repeats) {
      requireWindow(rule.id(), rule.window());
      ofUsers.add(new Limit(bitOf(rule.id()), (int) rule.window().toSeconds(), 1, true));
    }
    this.ofAddress = new KeyRules(ofAddresses);
    this.ofUser = new KeyRules(ofUsers);
  }

  /** Ids of the rules behind the bits of an answer. */
  public List<String> ids(int matched) {
    List<String> matchedIds = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      if ((matched & 1 << i) != 0) {
        matchedIds.add(ids.get(i));
      }
    }
    return matchedIds;
  }

  public KeyRules ofAddress() {
    return ofAddress;
  }

  public KeyRules ofUser() {
    return ofUser;
  }

  private static void requireWindow(String id, Duration window) {
    if (window.toSeconds() < 1 || window.toSeconds() > MAX_WINDOW_SECONDS) {
      throw new IllegalArgumentException(
          "window of rule %s must be 1..%d seconds, was %s"
              .formatted(id, MAX_WINDOW_SECONDS, window));
    }
  }

  private int bitOf(String id) {
    ids.add(id);
    return 1 << (ids.size() - 1);
  }

  /** More than {@code limit} clicks within so many seconds, or on the same ad. */
  private record Limit(int bit, int seconds, int limit, boolean sameAd) implements Serializable {}

  /** The rules of one key. */
  public static final class KeyRules implements Serializable {
    private static final long serialVersionUID = 1;

    /** The longest window first: a click outside it is outside all. */
    private final Limit[] limits;

    private final int secondsAhead;

    KeyRules(List<Limit> limits) {
      this.limits =
          limits.stream()
              .sorted(Comparator.comparing(Limit::seconds).reversed())
              .toArray(Limit[]::new);
      this.secondsAhead =
          limits.stream().filter(Limit::sameAd).mapToInt(Limit::seconds).max().orElse(0);
    }

    /** How many seconds after a click's own clicked_at earlier-landed clicks may still count. */
    public int secondsAhead() {
      return secondsAhead;
    }

    /**
     * Starts the evaluation of one click.
     *
     * @param earlier maximum number of earlier clicks
     */
    public Evaluation evaluation(int ad, int earlier) {
      return new Evaluation(limits, ad, earlier);
    }
  }

  /** Evaluates the rules for one click by counting earlier clicks. */
  public static final class Evaluation {
    private final Limit[] limits;
    private final int[] counts;
    private final int ad;
    private int matched;

    /** Bits of the rules that further earlier clicks may still match. */
    private int open;

    private int reach;

    private Evaluation(Limit[] limits, int ad, int earlier) {
      this.limits = limits;
      this.ad = ad;
      this.counts = new int[limits.length];
      for (int i = 0; i < limits.length; i++) {
        // The click itself is one of the clicks in its window.
        counts[i] = 1;
        if (earlier >= limits[i].limit()) {
          open |= limits[i].bit();
        }
      }
      reach = reachOfOpen();
    }

    /**
     * Adds another click, which landed earlier.
     *
     * @param age how many seconds its clicked_at is earlier; negative where it is later
     */
    public void add(int age, int otherAd) {
      for (int i = 0; i < limits.length && Math.abs(age) < limits[i].seconds(); i++) {
        Limit limit = limits[i];
        boolean isCounted = limit.sameAd() ? otherAd == ad : age >= 0;
        if (isCounted && (open & limit.bit()) != 0 && ++counts[i] > limit.limit()) {
          matched |= limit.bit();
          open &= ~limit.bit();
          reach = reachOfOpen();
        }
      }
    }

    /** How many seconds back a click may still change the result; 0 where none can. */
    public int reach() {
      return reach;
    }

    public int matched() {
      return matched;
    }

    private int reachOfOpen() {
      for (Limit limit : limits) {
        if ((open & limit.bit()) != 0) {
          return limit.seconds();
        }
      }
      return 0;
    }
  }
}
