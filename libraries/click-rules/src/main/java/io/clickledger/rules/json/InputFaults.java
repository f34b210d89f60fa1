package io.clickledger.rules.json;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.JsonText;
import io.clickledger.rules.contract.RejectionReason;
import java.util.Map;
import java.util.regex.Pattern;

/** What is kept, as JSON, of the parts of a click that could not be used. */
final class InputFaults {

  /** A user name and password before a host. */
  private static final Pattern USER_INFO = Pattern.compile("//[^/?#]*@");

  private InputFaults() {}

  /** An object of names and reasons. */
  static String json(Map<String, RejectionReason> leftOut) {
    StringBuilder json = new StringBuilder("{");
    leftOut.forEach(
        (name, reason) -> {
          json.append(json.length() == 1 ? "" : ",");
          JsonText.quote(name, json);
          json.append(":\"").append(reason).append('"');
        });
    return json.append('}').toString();
  }

  /** The beginning of a text that is no web address, without what could be a password. */
  static String url(String text) {
    int max = ClickLimits.BAD_CLICK_URL_CHARACTERS;
    String start =
        FieldParser.isLonger(text, max) ? text.substring(0, text.offsetByCodePoints(0, max)) : text;
    String shown = USER_INFO.matcher(start).replaceAll("//");
    return JsonText.quoted(Utf8.hasLoneSurrogate(shown) ? "" : shown);
  }
}
