package io.clickledger.settings;

/** One thing wrong: the key's path (or the file or argument), and what is allowed. */
public record SettingsFault(String path, String problem) {

  @Override
  public String toString() {
    return path + ": " + problem;
  }
}
