package io.clickledger.rules;

/**
 * Clicks of the past on their way into a history that is to know them but not to answer: it stands
 * afterwards where one stands that was asked about each. Nearly every click comes once, which a
 * filter tells without a search of its key's clicks. Clicks must come in the order of landing.
 */
public final class HistoryLoad {
  private final ClickHistory history;
  private final Seen ofAddresses;
  private final Seen ofUsers;

  /**
   * @param history one that knows nothing yet
   * @param clicks about how many will come; more of them only take longer
   */
  public HistoryLoad(ClickHistory history, long clicks) {
    this.history = history;
    this.ofAddresses = new Seen(clicks);
    this.ofUsers = new Seen(clicks);
  }

  /** The history, which may be asked once all have come. */
  public ClickHistory history() {
    return history;
  }

  /** As {@link ClickHistory#append}. */
  public void append(ClickSlice slice) {
    slice.chains(true).forEachClick(ofAddresses::add);
    slice.chains(false).forEachClick(ofUsers::add);
    history.append(slice);
  }

  /** As {@link ClickHistory#repeats}. */
  public void remember(long high, long low, long landedAtMillis) {
    history.remember(high, low, landedAtMillis);
  }

  /** As {@link ClickHistory#ofAddress}. */
  public void rememberOfAddress(long address, int clickedAtSecond, int click, long landedAtMillis) {
    history.remember(
        address, clickedAtSecond, click, 0, landedAtMillis, true, ofAddresses.add(click));
  }

  /** As {@link ClickHistory#ofUser}. */
  public void rememberOfUser(
      long user, int clickedAtSecond, int click, int ad, long landedAtMillis) {
    history.remember(user, clickedAtSecond, click, ad, landedAtMillis, false, ofUsers.add(click));
  }

  /**
   * A Bloom filter of clicks: what it takes for new is new. It goes by the click alone, whatever
   * its key, since a slice has the clicks at hand, but not which hour's key each belongs to; few of
   * them have a hash that another one has too.
   */
  private static final class Seen {
    /** So many bits a click make one in some thirty that is new look as if it was there. */
    private static final int BITS_PER_CLICK = 10;

    private static final int BITS_SET = 3;
    private static final int BIT_INDEX = 6;

    private final long[] words;

    Seen(long clicks) {
      words = new long[(int) Math.min(1 << 28, clicks * BITS_PER_CLICK / Long.SIZE + 1)];
    }

    /** Adds it; false where it is certain that it was not there. */
    boolean add(int click) {
      long hash = ClickHistory.mixed(click * 0x9e3779b97f4a7c15L);
      int word = ClickHistory.place(hash, words.length);
      long bits = 0;
      for (int i = 0; i < BITS_SET; i++) {
        // The word is by the upper half.
        bits |= 1L << (hash >>> i * BIT_INDEX);
      }
      boolean there = (words[word] & bits) == bits;
      words[word] |= bits;
      return there;
    }
  }
}
