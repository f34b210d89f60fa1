package io.clickledger.metadata;

import java.util.List;

/** Fraud rules that were not published; the message lists every reason, one a line. */
public final class FraudRulesRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FraudRulesRefusedException(String version, List<String> reasons) {
    super(
        "fraud rules %s were not published:\n  %s"
            .formatted(version, String.join("\n  ", reasons)));
  }
}
