package io.clickledger.rules.json;

import io.clickledger.rules.contract.RejectionReason;
import java.nio.charset.StandardCharsets;

/**
 * A record that is no click, and what must be said about it. {@code field} is null where the record
 * as a whole is at fault; {@code over} is the way by which it must be refused.
 */
public record MalformedClick(
    String name, String value, RejectionReason reason, String field, Over over) {

  /** By which way a record is at fault: some are only over HTTP, as ingestion writes more. */
  public enum Over {
    BOTH,
    KAFKA,
    HTTP
  }

  public boolean isRefusedOverKafka() {
    return over != Over.HTTP;
  }

  public boolean isRefusedOverHttp() {
    return over != Over.KAFKA;
  }

  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name;
  }
}
