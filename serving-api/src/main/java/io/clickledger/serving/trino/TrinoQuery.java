package io.clickledger.serving.trino;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * One statement with its parameters, which are Strings, Longs and Instants.
 *
 * @param name the SQL file, for metrics and logs
 */
public record TrinoQuery(String name, String text, List<Object> parameters) {

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS 'UTC'").withZone(ZoneOffset.UTC);

  public TrinoQuery {
    parameters =
        parameters.stream()
            // As text that the statement casts: the driver has no instant of microseconds.
            .map(value -> value instanceof Instant instant ? INSTANT.format(instant) : value)
            .toList();
  }

  /** The clause that pins a table to a snapshot: no parameter is allowed there. */
  public static String asOf(long snapshotId) {
    return "FOR VERSION AS OF BIGINT '" + snapshotId + "'";
  }
}
