package io.clickledger.serving.books;

import io.clickledger.serving.parameters.BadParameter;
import io.clickledger.serving.parameters.GivenParameters;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows of a listing are wanted.
 *
 * @param publicationId whose rows; empty for the current publication's
 * @param offset rows that pages before had
 * @param limit most rows
 */
record Page(OptionalLong publicationId, long offset, int limit) {
  static final String LIMIT = "limit";
  static final String CURSOR = "cursor";
  static final String PUBLICATION_ID = "publication_id";
  private static final int DEFAULT_LIMIT = 1_000;
  private static final int MAX_LIMIT = 10_000;
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\+(\\d{1,12})");

  /** All pages are of the publication of the first one, so rows neither move nor change. */
  static Page of(GivenParameters given) {
    int limit = given.number(LIMIT, 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
    OptionalLong publicationId = publicationId(given);
    Optional<String> cursor = given.single(CURSOR);
    if (cursor.isEmpty()) {
      return new Page(publicationId, 0, limit);
    }
    Matcher matcher = FORM.matcher(decoded(cursor.get()));
    if (!matcher.matches()
        || publicationId.isPresent()
            && publicationId.getAsLong() != Long.parseLong(matcher.group(1))) {
      given.addBad(
          BadParameter.of(CURSOR, cursor.get(), "the next_cursor of an answer to this question"));
      return new Page(publicationId, 0, limit);
    }
    return new Page(
        OptionalLong.of(Long.parseLong(matcher.group(1))), Long.parseLong(matcher.group(2)), limit);
  }

  private static OptionalLong publicationId(GivenParameters given) {
    return given.number(PUBLICATION_ID, 1, Integer.MAX_VALUE).stream().asLongStream().findFirst();
  }

  private static String decoded(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** What to ask the next page with. */
  String next(PublishedBooks books) {
    String text = books.publicationId() + "+" + (offset + limit);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
