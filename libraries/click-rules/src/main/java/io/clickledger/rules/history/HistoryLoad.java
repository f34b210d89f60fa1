package io.clickledger.rules.history;

/**
 * Loads past clicks into a history without evaluating them. Afterwards the history is in the same
 * state as one that evaluated each click. Nearly every click occurs once, which a Bloom filter
 * shows without searching the clicks of its key. Clicks must be given in the order of landing.
 */
public final class HistoryLoad {
  private final ClickHistory history;
  private final KeyedBloomFilter ofAddresses;
  private final KeyedBloomFilter ofUsers;

  /**
   * @param history one that knows nothing yet
   * @param clicks about how many will be loaded; with more of them, loading is slower
   */
  public HistoryLoad(ClickHistory history, long clicks) {
    this.history = history;
    this.ofAddresses = new KeyedBloomFilter(clicks);
    this.ofUsers = new KeyedBloomFilter(clicks);
  }

  /** The history; usable once all clicks are loaded. */
  public ClickHistory history() {
    return history;
  }

  /** As {@link ClickHistory#append}. */
  public void append(ClickSlice slice) {
    slice.logs(true).forEachClick(ofAddresses::add);
    slice.logs(false).forEachClick(ofUsers::add);
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
  private static final class KeyedBloomFilter {
    /** Bits for each click, which give a false-positive rate of about one in thirty. */
    private static final int BITS_PER_CLICK = 10;

    private static final int BITS_SET = 3;
    private static final int BIT_INDEX = 6;

    private final long[] words;

    KeyedBloomFilter(long clicks) {
      words = new long[(int) Math.min(1 << 28, clicks * BITS_PER_CLICK / Long.SIZE + 1)];
    }

    /** Adds the click; false where it was certainly not added before. */
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
