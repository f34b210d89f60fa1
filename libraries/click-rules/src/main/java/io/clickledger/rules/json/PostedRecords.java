package io.clickledger.rules.json;

/**
 * The records of a posted body, one after the other, as ranges of its bytes. It copies nothing, so
 * that the size of each record can be checked before it is parsed.
 */
abstract sealed class PostedRecords {

  static final int NONE = -1;

  final byte[] body;

  /** The current record is in [from, to). */
  int from;

  int to;

  private PostedRecords(byte[] body) {
    this.body = body;
  }

  /** Goes to the next record; false where there is none. */
  abstract boolean next();

  /** Where the body stops being what it must be; {@link #NONE} while it does not. */
  int faultAt() {
    return NONE;
  }

  /** Whether the body is a JSON array, as far as its first byte says. */
  static boolean isArray(byte[] body) {
    int first = afterBlanks(body, 0);
    return first < body.length && body[first] == '[';
  }

  private static int afterBlanks(byte[] body, int at) {
    int i = at;
    while (i < body.length && isBlank(body[i])) {
      i++;
    }
    return i;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** The lines that are not blank. */
  static final class Lines extends PostedRecords {

    Lines(byte[] body) {
      super(body);
    }

    @Override
    boolean next() {
      // Blanks and line ends before a record, so that empty lines cost no more than their bytes.
      from = afterBlanks(body, to);
      to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      return from < body.length;
    }
  }

  /**
   * The elements of a JSON array. Only brackets and texts are followed: whether an element is JSON
   * is for the reader of the element to say, and where it is not, its end is a guess.
   */
  static final class Elements extends PostedRecords {

    private boolean hasFirst;
    private int faultAt = NONE;

    Elements(byte[] body) {
      super(body);
      to = afterBlanks(body, 0) + 1;
    }

    @Override
    int faultAt() {
      return faultAt;
    }

    @Override
    boolean next() {
      int at = afterBlanks(body, to);
      if (at < body.length && body[at] == ']') {
        return end(at + 1);
      }
      if (hasFirst) {
        if (at == body.length || body[at] != ',') {
          return fault(at);
        }
        at = afterBlanks(body, at + 1);
      }
      hasFirst = true;
      from = at;
      to = endOfValue(at);
      return to > from || fault(at);
    }

    private boolean end(int behind) {
      int at = afterBlanks(body, behind);
      return at < body.length && fault(at);
    }

    private boolean fault(int at) {
      faultAt = at;
      return false;
    }

    private int endOfValue(int at) {
      if (at == body.length) {
        return at;
      }
      return switch (body[at]) {
        case '{', '[' -> endOfBrackets(at);
        case '"' -> endOfText(at);
        default -> endOfWord(at);
      };
    }

    private int endOfBrackets(int open) {
      int depth = 0;
      int at = open;
      while (at < body.length) {
        switch (body[at]) {
          case '{', '[' -> depth++;
          case '}', ']' -> depth--;
          case '"' -> at = endOfText(at) - 1;
          default -> {
            // Nothing that brackets could be in.
          }
        }
        at++;
        if (depth == 0) {
          return at;
        }
      }
      return body.length;
    }

    private int endOfText(int quote) {
      int at = quote + 1;
      while (at < body.length && body[at] != '"') {
        at += body[at] == '\\' ? 2 : 1;
      }
      return Math.min(at + 1, body.length);
    }

    /** A number, true, false, null, or what is none of them. */
    private int endOfWord(int start) {
      int at = start;
      while (at < body.length && !isBlank(body[at]) && body[at] != ',' && body[at] != ']') {
        at++;
      }
      return at;
    }
  }
}
