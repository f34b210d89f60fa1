package io.clickledger.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Suggests the known key that was probably meant by an unknown one. */
final class KeySuggestion {

  private KeySuggestion() {}

  /** "; did you mean kafka.click-topic?", or nothing where no key is near. */
  static String hint(String unknown, Collection<String> keys) {
    return keys.stream()
        .filter(key -> isNear(unknown, key))
        .min(
            Comparator.comparingInt((String key) -> distance(unknown, key))
                .thenComparing(Comparator.naturalOrder()))
        .map(key -> "; did you mean " + key + "?")
        .orElseGet(() -> groupHint(unknown, keys));
  }

  private static boolean isNear(String unknown, String key) {
    return distance(unknown, key) <= Math.max(2, key.length() / 4)
        || letters(lastWord(unknown)).equals(letters(lastWord(key)));
  }

  private static String groupHint(String unknown, Collection<String> keys) {
    return keys.stream()
        .filter(key -> key.startsWith(unknown + "."))
        .findFirst()
        .map(key -> "; it is a group of keys such as " + key)
        .orElse("");
  }

  private static String lastWord(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** KAFKA_CLICK_TOPIC and kafka.clickTopic are spellings of kafka.click-topic. */
  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }

  /** Optimal string alignment: insertions, deletions, substitutions and swapped neighbours. */
  private static int distance(String left, String right) {
    String a = letters(left);
    String b = letters(right);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + changed);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
