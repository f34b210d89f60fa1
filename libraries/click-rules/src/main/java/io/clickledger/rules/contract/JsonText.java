package io.clickledger.rules.contract;

/** Texts as JSON: quoted, and escaped only where JSON asks for it. */
public final class JsonText {

  private JsonText() {}

  /** A text as JSON. */
  public static String quoted(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2);
    quote(value, text);
    return text.toString();
  }

  /** Appends a text as JSON. */
  public static void quote(String value, StringBuilder to) {
    to.append('"');
    int copied = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        to.append(value, copied, i);
        copied = i + 1;
        escape(c, to);
      }
    }
    to.append(value, copied, value.length()).append('"');
  }

  /** The text that {@link #quoted} makes such JSON of; null for JSON that is no text. */
  static String plain(String json) {
    int end = json.length() - 1;
    if (json.charAt(0) != '"') {
      return null;
    }
    if (json.indexOf('\\') < 0) {
      return json.substring(1, end);
    }
    StringBuilder text = new StringBuilder(end);
    for (int i = 1; i < end; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        text.append(c);
      } else if (json.charAt(i + 1) == 'u') {
        text.append((char) Integer.parseInt(json, i + 2, i + 6, 16));
        i += 5;
      } else {
        text.append(json.charAt(++i));
      }
    }
    return text.toString();
  }

  private static void escape(char c, StringBuilder to) {
    if (c < ' ') {
      to.append("\\u00")
          .append(Character.forDigit(c >> 4, 16))
          .append(Character.forDigit(c & 15, 16));
    } else {
      to.append('\\').append(c);
    }
  }
}
