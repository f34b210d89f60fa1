package io.clickledger.settings;

import java.util.List;

/** What a command line said: the settings, and the arguments that are the program's own. */
public record SettingsAndArguments<R extends Record>(R settings, List<String> arguments) {

  public SettingsAndArguments {
    arguments = List.copyOf(arguments);
  }
}
