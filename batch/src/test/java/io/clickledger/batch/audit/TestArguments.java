package io.clickledger.batch.audit;

import java.time.Instant;
import java.util.List;
import picocli.CommandLine;

/** Options as a person gives them. */
public final class TestArguments {
  private TestArguments() {}

  /** Of an audit. */
  public static AuditOptions audit(List<String> arguments, Instant now) {
    return CommandLine.populateCommand(new AuditArguments(), arguments.toArray(String[]::new))
        .options(now);
  }
}
