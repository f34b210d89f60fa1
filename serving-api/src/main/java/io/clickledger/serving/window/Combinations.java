package io.clickledger.serving.window;

import io.clickledger.serving.reports.query.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Numbers every combination of dimensions' values that rows have, and finds combinations by a
 * value. One thread adds; any thread reads what was there when the state that it holds was
 * published, so what is added later does not disturb it.
 */
final class Combinations {
  static final int DIMENSIONS = Dimension.values().length;

  /** Measured, for the bound on memory: codes, lists and the map of one combination. */
  private static final int BYTES_EACH = 400;

  /** The code of no value. */
  static final int NULL = 0;

  /** What ends a list whose array is longer. */
  private static final int NONE = -1;

  /** A combination: the code of each value. */
  private record Codes(List<Integer> all) {}

  private final Map<Codes, Integer> ids = new ConcurrentHashMap<>();
  private final List<Values> values = new ArrayList<>();
  private volatile int[] codes = new int[16 * DIMENSIONS];
  private Thread writer;
  private int size;
  private long textBytes;

  /** The values of one dimension, numbered; NULL is none of them. */
  private static final class Values {
    private final Map<String, Integer> codes = new ConcurrentHashMap<>();
    private volatile String[] texts = new String[16];
    // Of each value, the combinations that have it, ascending.
    private volatile AtomicReferenceArray<int[]> combinations = new AtomicReferenceArray<>(16);
    private int size = 1;
  }

  Combinations() {
    for (int i = 0; i < DIMENSIONS; i++) {
      values.add(new Values());
    }
  }

  int size() {
    return size;
  }

  long bytes() {
    return (long) size * BYTES_EACH + textBytes;
  }

  /**
   * The combination's number; the next free one where it is new.
   *
   * @throws IllegalStateException on another thread than the first that asked: two that number at
   *     once would count clicks of one combination as those of another
   */
  int numberOf(String[] texts) {
    if (writer == null) {
      writer = Thread.currentThread();
    } else if (writer != Thread.currentThread()) {
      throw new IllegalStateException("combinations are numbered by " + writer.getName());
    }
    List<Integer> found = new ArrayList<>(DIMENSIONS);
    for (int i = 0; i < DIMENSIONS; i++) {
      found.add(codeOf(values.get(i), texts[i]));
    }
    Codes key = new Codes(found);
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    int number = size;
    int[] grown =
        (number + 1) * DIMENSIONS > codes.length ? Arrays.copyOf(codes, 2 * codes.length) : codes;
    for (int i = 0; i < DIMENSIONS; i++) {
      grown[number * DIMENSIONS + i] = found.get(i);
      append(values.get(i), found.get(i), number);
    }
    codes = grown;
    ids.put(key, number);
    size = number + 1;
    return number;
  }

  private int codeOf(Values dimension, String text) {
    if (text == null) {
      return NULL;
    }
    Integer known = dimension.codes.get(text);
    if (known != null) {
      return known;
    }
    int code = dimension.size++;
    if (code >= dimension.texts.length) {
      AtomicReferenceArray<int[]> grown = new AtomicReferenceArray<>(2 * code);
      for (int i = 0; i < code; i++) {
        grown.set(i, dimension.combinations.get(i));
      }
      dimension.combinations = grown;
      dimension.texts = Arrays.copyOf(dimension.texts, 2 * code);
    }
    dimension.texts[code] = text;
    dimension.codes.put(text, code);
    textBytes += 120 + text.length();
    return code;
  }

  private static void append(Values dimension, int code, int number) {
    int[] list = dimension.combinations.get(code);
    if (list == null) {
      list = new int[4];
      Arrays.fill(list, NONE);
    }
    int free = count(list, Integer.MAX_VALUE);
    if (free == list.length) {
      list = Arrays.copyOf(list, 2 * free);
      Arrays.fill(list, free, list.length, NONE);
    }
    list[free] = number;
    dimension.combinations.set(code, list);
  }

  /** How many of the list are below the limit; it ascends, and ends with NONE. */
  private static int count(int[] list, int limit) {
    int low = 0;
    int high = list.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (list[middle] == NONE || list[middle] >= limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The code of a value: the empty text stands for null; -1 where no row has it. */
  int code(Dimension dimension, String text) {
    return text.isEmpty() ? NULL : values.get(dimension.ordinal()).codes.getOrDefault(text, -1);
  }

  /** The combinations below the limit that have the value, ascending. */
  int[] having(Dimension dimension, int code, int limit) {
    AtomicReferenceArray<int[]> lists = values.get(dimension.ordinal()).combinations;
    int[] list = code < 0 || code >= lists.length() ? null : lists.get(code);
    return list == null ? new int[0] : Arrays.copyOf(list, count(list, limit));
  }

  int code(int combination, Dimension dimension) {
    return codes[combination * DIMENSIONS + dimension.ordinal()];
  }

  String text(Dimension dimension, int code) {
    return values.get(dimension.ordinal()).texts[code];
  }
}
