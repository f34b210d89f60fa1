package io.clickledger.metadata.programs;

import io.clickledger.metadata.access.ApiKeyStore;
import io.clickledger.metadata.access.KeyRequest;
import io.clickledger.metadata.access.KeySecret;
import io.clickledger.metadata.access.Role;
import io.clickledger.programs.WrongUsageException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import picocli.CommandLine.Option;

/** Options of a new key, and its creation. */
public final class KeyCreation {

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "admin, finance, analyst, advertiser, publisher or monitor.")
  private String role;

  @Option(
      names = "--advertiser",
      paramLabel = "ID",
      description = "An advertiser that a key of role advertiser sees; may be repeated.")
  private final List<String> advertisers = new ArrayList<>();

  @Option(
      names = "--publisher",
      paramLabel = "ID",
      description = "A publisher that a key of role publisher sees; may be repeated.")
  private final List<String> publishers = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the key is for, as lists show it (default: the role and the ids).")
  private String name;

  @Option(
      names = "--expires",
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day on which it is not valid (default: it does not expire).")
  private LocalDate expires;

  /** Makes the key and prints it, this once. */
  public void run(DataSource database, String actor, PrintWriter out) {
    KeySecret key = new ApiKeyStore(database).create(request(), actor);
    out.println(key.reveal());
    out.printf("This key is shown once. Its id is %s.%n", key.id());
  }

  private KeyRequest request() {
    Role known =
        Role.of(role)
            .orElseThrow(
                () ->
                    new WrongUsageException(
                        "--role must be one of %s, was %s".formatted(Role.words(), role)));
    List<String> ids = known == Role.PUBLISHER ? publishers : advertisers;
    List<String> others = known == Role.PUBLISHER ? advertisers : publishers;
    if (!others.isEmpty()) {
      throw new WrongUsageException(
          "a key of role %s takes no --%s"
              .formatted(known, known == Role.PUBLISHER ? "advertiser" : "publisher"));
    }
    Optional<Instant> end =
        Optional.ofNullable(expires).map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
    String words = ids.isEmpty() ? known.word() : known + " " + String.join(" ", ids);
    try {
      return new KeyRequest(name == null ? words : name, known, new TreeSet<>(ids), end);
    } catch (IllegalArgumentException e) {
      throw new WrongUsageException(e.getMessage());
    }
  }
}
