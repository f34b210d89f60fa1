package io.clickledger.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that a program must not start with; its message lists every fault, one a line. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<SettingsFault> faults;

  SettingsException(List<SettingsFault> faults) {
    super(
        faults.stream()
            .map(fault -> "\n  " + fault)
            .collect(
                Collectors.joining(
                    "",
                    faults.size() == 1
                        ? "1 invalid setting:"
                        : faults.size() + " invalid settings:",
                    "")));
    this.faults = List.copyOf(faults);
  }

  public List<SettingsFault> faults() {
    return faults;
  }
}
