package io.clickledger.rules.contract;

import java.util.Objects;

/**
 * One validation error of a record: the reason, the field (null for the whole record), and what was
 * expected and found. The detail has no personal data, because it is stored in clear text.
 */
public record Fault(RejectionReason reason, String field, String detail) {

  public Fault {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
