package io.clickledger.batch.upkeep;

import io.clickledger.batch.BatchMain;
import io.clickledger.batch.BatchSettings;
import io.clickledger.lake.LakeSession;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.JobMain;
import io.clickledger.programs.WrongUsageException;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.rules.privacy.UserIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Program: {@link EraseUserJob}. {@link ExitCode#TRY_LATER} where rows of the users stay until
 * their days are closed.
 */
@Command(
    name = "erase-user",
    description = {
      "Erase what raw.clicks has of users, and prove that totals and bills did not move.",
      "Clicks of days that are open to restatement stay until these are closed: exit status 3."
    })
public final class EraseUserMain extends BatchMain {
  @Option(
      names = "--user-ids",
      required = true,
      paramLabel = "FILE",
      description = "A file with a user_id on each line, as senders sent it.")
  private Path file;

  @Option(
      names = "--earlier-key",
      paramLabel = "ID=FILE",
      description = "A file with an earlier privacy.hash-key, in hex, and its hash_key_id.")
  private Map<String, Path> earlierKeys = new TreeMap<>();

  @Option(names = "--dry-run", description = "Print how many clicks there are, and erase nothing.")
  private boolean dryRun;

  public static void main(String[] args) {
    JobMain.exit(new EraseUserMain(), args);
  }

  @Override
  protected Outcome work(BatchSettings settings) {
    List<Pseudonyms> keys = new ArrayList<>(List.of(settings.privacy().pseudonyms()));
    earlierKeys.forEach((id, key) -> keys.add(new Pseudonyms(id, key(key))));
    UserRows users = users(lines(file), keys);
    EraseUserJob.Outcome outcome;
    try (SparkSession spark = LakeSession.open("erase-user", settings.lake())) {
      outcome =
          new EraseUserJob(spark, settings, out()::println)
              .run(users, dryRun ? EraseUserJob.Mode.DRY_RUN : EraseUserJob.Mode.ERASE);
    }
    return new Outcome(
        outcome.left() == 0 ? ExitCode.DONE : ExitCode.TRY_LATER,
        "%s %d clicks of users; %d stay until their days are closed"
            .formatted(
                dryRun ? "a dry run, would erase" : "erased", outcome.erased(), outcome.left()));
  }

  /** The users' hashes under each key. */
  static UserRows users(List<String> userIds, List<Pseudonyms> keys) {
    if (userIds.isEmpty()) {
      throw new WrongUsageException("--user-ids must name a user at least, names none");
    }
    SortedMap<String, SortedSet<String>> hashes = new TreeMap<>();
    for (String userId : userIds) {
      if (UserIds.isPlaceholder(userId)) {
        throw new WrongUsageException("--user-ids has a text that names nobody: " + userId);
      }
      keys.forEach(
          key -> hashes.computeIfAbsent(key.keyId(), any -> new TreeSet<>()).add(key.of(userId)));
    }
    return new UserRows(hashes);
  }

  private static byte[] key(Path file) {
    List<String> lines = lines(file);
    if (lines.size() != 1) {
      throw new WrongUsageException("a key must be one line of hex, in " + file);
    }
    return HexFormat.of().parseHex(lines.get(0));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new WrongUsageException("must be a file that can be read, was " + file);
    }
  }
}
