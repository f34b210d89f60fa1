package io.clickledger.metadata.access;

import java.util.Locale;

/**
 * What somebody did or was refused.
 *
 * @param actor {@code key:ID}, {@code token:SUBJECT}, {@code operator:USER} or {@code nobody}
 * @param role of the actor; empty where there is none
 * @param scope of the actor, as words
 * @param action such as {@code GET /v1/restatements} or {@code create-key}
 * @param object what it was done with: parameters of a request, or a key
 */
public record LogEntry(
    String actor, String role, String scope, String action, String object, Outcome outcome) {

  private static final int MAX_ACTOR = 100;
  private static final int MAX_ACTION = 100;
  private static final int MAX_ROLE = 25;
  private static final int MAX_SCOPE = 2000;
  private static final int MAX_OBJECT = 1000;

  /** What became of it. */
  public enum Outcome {
    /** Somebody with the right to the database did it. */
    DONE,
    /** The API answered. */
    ALLOWED,
    /** The API did not answer. */
    REFUSED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What clients sent may be long, may hold what no text of the database may, and may have a
   * credential wherever they put it.
   */
  public LogEntry {
    actor = bounded(actor, MAX_ACTOR);
    role = bounded(role, MAX_ROLE);
    scope = bounded(scope, MAX_SCOPE);
    action = bounded(action, MAX_ACTION);
    object = bounded(object, MAX_OBJECT);
  }

  private static String bounded(String text, int characters) {
    String clean = Credentials.without(text).replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return clean.length() <= characters ? clean : clean.substring(0, characters - 3) + "...";
  }
}
