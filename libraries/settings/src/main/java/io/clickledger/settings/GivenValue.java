package io.clickledger.settings;

/** The text of one key, and where it stood. */
record GivenValue(String text, String origin) {

  GivenValue {
    text = text.strip();
  }

  boolean isEmpty() {
    return text.isEmpty();
  }
}
