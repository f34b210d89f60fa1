package io.clickledger.rules;

import java.util.Objects;

/**
 * One thing wrong with a record: why, in which field (null: the record as a whole), and what was
 * expected and found. The detail holds no personal data: a table keeps it in clear text.
 */
public record Fault(RejectionReason reason, String field, String detail) {

  public Fault {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
