package io.clickledger.metadata.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Computes the chain of access.log again, from the first entry on, by another way than the database
 * wrote it. Whoever may change the database at will can write a whole chain anew: that is noticed
 * only by a head that was noted elsewhere before.
 */
public final class AccessLogCheck {

  private static final int MAX_FAULTS = 100;
  private static final String NO_HASH = "0".repeat(64);

  /**
   * One place of the chain, as {@code 17:3f9c...}.
   *
   * @param hash as hexadecimal digits
   */
  public record Head(long entryNumber, String hash) {

    /**
     * Reads one that was noted.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static Head parse(String text) {
      if (!text.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "a head must be NUMBER:HASH as verify-access-log prints it, was " + text);
      }
      int colon = text.indexOf(':');
      return new Head(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
    }

    @Override
    public String toString() {
      return entryNumber + ":" + hash;
    }
  }

  /**
   * What was found.
   *
   * @param head the last entry
   * @param faults one sentence each; none where the log is as it was written
   */
  public record Result(Head head, List<String> faults) {}

  private final Optional<Head> noted;
  private final List<String> faults = new ArrayList<>();
  private Head last = new Head(0, NO_HASH);

  private AccessLogCheck(Optional<Head> noted) {
    this.noted = noted;
  }

  /**
   * Checks the whole log.
   *
   * @param noted a head that the log must contain
   */
  public static Result run(DataSource database, Optional<Head> noted) {
    AccessLogCheck check = new AccessLogCheck(noted);
    return Jdbi.create(database)
        .inTransaction(TransactionIsolationLevel.REPEATABLE_READ, check::checked);
  }

  private Result checked(Handle handle) {
    try (Stream<Entry> entries =
        handle
            .createQuery("SELECT * FROM access.log ORDER BY entry_number")
            .setFetchSize(1_000)
            .map((row, context) -> Entry.read(row))
            .stream()) {
      entries.forEach(this::check);
    }
    handle
        .createQuery("SELECT entry_number, encode(entry_hash, 'hex') AS hash FROM access.log_head")
        .map((row, context) -> new Head(row.getLong("entry_number"), row.getString("hash")))
        .findOne()
        .ifPresentOrElse(
            this::check, () -> add("the head of the log, which every log has, is missing"));
    if (noted.isPresent() && noted.get().entryNumber() > last.entryNumber()) {
      add("entry %d, which was noted, is missing".formatted(noted.get().entryNumber()));
    }
    return new Result(last, List.copyOf(faults));
  }

  private void check(Head kept) {
    if (kept.entryNumber() > last.entryNumber()) {
      missing(last.entryNumber() + 1, kept.entryNumber());
    } else if (!kept.equals(last)) {
      add("the head of the log is %s, but its last entry is %s".formatted(kept, last));
    }
  }

  private void check(Entry entry) {
    if (entry.number() != last.entryNumber() + 1) {
      missing(last.entryNumber() + 1, entry.number() - 1);
    } else if (!entry.previousHash().equals(last.hash())) {
      add(
          "entry %d does not follow entry %d: they were reordered, or one was replaced"
              .formatted(entry.number(), last.entryNumber()));
    }
    if (!entry.computedHash().equals(entry.hash())) {
      add("entry %d is not as it was written, or not in its place".formatted(entry.number()));
    }
    last = new Head(entry.number(), entry.hash());
    if (noted.isPresent()
        && noted.get().entryNumber() == entry.number()
        && !noted.get().equals(last)) {
      add("entry %d is not the one that was noted".formatted(entry.number()));
    }
  }

  private void missing(long first, long end) {
    add(
        first == end
            ? "entry %d is missing".formatted(first)
            : "entries %d to %d are missing".formatted(first, end));
  }

  private void add(String fault) {
    if (faults.size() < MAX_FAULTS) {
      faults.add(fault);
    }
  }

  /** One row of access.log. */
  private record Entry(
      long number, Instant loggedAt, List<String> texts, String previousHash, String hash) {

    static Entry read(ResultSet row) throws SQLException {
      List<String> texts = new ArrayList<>();
      for (String column : List.of("actor", "role", "scope", "action", "object", "outcome")) {
        texts.add(row.getString(column));
      }
      return new Entry(
          row.getLong("entry_number"),
          row.getObject("logged_at", OffsetDateTime.class).toInstant(),
          texts,
          HexFormat.of().formatHex(row.getBytes("previous_hash")),
          HexFormat.of().formatHex(row.getBytes("entry_hash")));
    }

    String computedHash() {
      List<String> parts = new ArrayList<>();
      parts.add(Long.toString(number));
      parts.add(Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, loggedAt)));
      parts.addAll(texts);
      parts.add(previousHash);
      String text =
          parts.stream()
              .map(part -> part.getBytes(StandardCharsets.UTF_8).length + ":" + part)
              .collect(Collectors.joining(","));
      try {
        return HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
