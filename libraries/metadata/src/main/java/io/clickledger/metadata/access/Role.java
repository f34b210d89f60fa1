package io.clickledger.metadata.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody who asks is; what each role may see is decided where it is answered. */
public enum Role {
  /** Sees everything, metrics too. */
  ADMIN,
  /** Sees all reports and the evidence of billing. */
  FINANCE,
  /** Sees all reports. */
  ANALYST,
  /** Sees the reports and the evidence of billing of some advertisers. */
  ADVERTISER,
  /** Sees how often ads were clicked on pages of some publishers. */
  PUBLISHER,
  /** Sees metrics of the program, and no report. */
  MONITOR;

  /** Whether it sees only what belongs to the ids that its keys name. */
  public boolean isScoped() {
    return this == ADVERTISER || this == PUBLISHER;
  }

  /** Its name in keys, tokens and options. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name. */
  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  /** All names, for messages. */
  public static String words() {
    return Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return word();
  }
}
