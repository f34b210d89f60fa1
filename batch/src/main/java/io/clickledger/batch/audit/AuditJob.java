package io.clickledger.batch.audit;

import io.clickledger.batch.BatchSettings;
import io.clickledger.batch.JobFailedException;
import io.clickledger.lake.LakeSession;
import io.clickledger.lake.LakeTables;
import io.clickledger.lake.Landing;
import io.clickledger.lake.Landings;
import io.clickledger.schemas.AuditLandings;
import io.clickledger.settings.SettingsAndArguments;
import io.clickledger.settings.SettingsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * Proves that nothing was lost and nothing counted twice: {@code --settings FILE [--from DATE]
 * [--to DATE] [--bootstrap-servers HOST:PORT,...] [--topic NAME]}. Ranges are looked at over all of
 * the lake's life, rows over the days of landing asked for. Reads only, beside everything else.
 */
public final class AuditJob {
  private final SparkSession spark;
  private final BatchSettings settings;
  private final Consumer<String> out;

  /**
   * @param out takes the proof, line by line
   */
  public AuditJob(SparkSession spark, BatchSettings settings, Consumer<String> out) {
    this.spark = spark;
    this.settings = settings;
    this.out = out;
  }

  /** Exits with 0 where no hole was found; with 1 and the holes otherwise. */
  public static void main(String[] args) {
    try {
      SettingsAndArguments<BatchSettings> given = BatchSettings.read(args, System.getenv());
      Instant now = Instant.now();
      AuditOptions options = AuditOptions.parse(given.arguments(), now);
      List<String> holes;
      try (SparkSession spark = LakeSession.open("audit", given.settings().lake())) {
        holes = new AuditJob(spark, given.settings(), System.out::println).run(options, now);
      }
      if (!holes.isEmpty()) {
        holes.forEach(hole -> System.err.println("HOLE: " + hole));
        System.exit(1);
      }
    } catch (JobFailedException | SettingsException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  /** Prints the proof and returns what contradicts it, one sentence each. */
  public List<String> run(AuditOptions options, Instant now) {
    List<Landing> landings = landingsOfNewestTopic();
    if (landings.isEmpty()) {
      out.accept("nothing has landed yet");
      return List.of();
    }
    List<String> holes = new ArrayList<>(Tiling.holes(landings));
    out.accept(
        "landed ranges since %s: %d, %s"
            .formatted(
                landings.get(0).landedAt(),
                landings.size(),
                holes.isEmpty() ? "side by side" : "NOT side by side"));
    List<PartitionProof> proofs = conservation(landings, options, now);
    out.accept(
        "offsets that landed from %s on and before %s:".formatted(options.start(), options.end()));
    out.accept(PartitionProof.HEADER);
    proofs.forEach(proof -> out.accept(proof.toString()));
    proofs.forEach(proof -> holes.addAll(proof.holes()));
    Optional<LiveAgainstRaw.Proof> live =
        new LiveAgainstRaw(spark, settings.audit().dedupWindow())
            .compare(options.start(), options.end(), now.minus(settings.upkeep().keepLive()));
    out.accept(
        live.map(LiveAgainstRaw.Proof::toString)
            .orElse("live.clicks_by_minute: nothing is counted yet"));
    live.ifPresent(proof -> holes.addAll(proof.holes()));
    return holes;
  }

  private List<PartitionProof> conservation(
      List<Landing> landings, AuditOptions options, Instant now) {
    Conservation.Retained retained =
        Conservation.Retained.at(
            now, settings.upkeep().keepRaw(), settings.upkeep().keepRejected());
    if (options.bootstrapServers().isEmpty()) {
      return new Conservation(spark, landings, retained, Optional.empty())
          .prove(options.start(), options.end());
    }
    try (BrokerRecords broker =
        BrokerRecords.open(
            options.bootstrapServers().get(), options.topic(), landings.get(0).topicId())) {
      return new Conservation(spark, landings, retained, Optional.of(broker))
          .prove(options.start(), options.end());
    }
  }

  /** Offsets of a topic that was created again under the name are other offsets. */
  private List<Landing> landingsOfNewestTopic() {
    List<Landing> all =
        new Landings(
                LakeTables.load(spark, AuditLandings.TABLE),
                Landings.TABLES.stream()
                    .collect(
                        Collectors.toMap(table -> table, table -> LakeTables.load(spark, table))))
            .all();
    Optional<String> newest =
        all.stream().max(Comparator.comparing(Landing::landedAt)).map(Landing::topicId);
    return all.stream()
        .filter(landing -> newest.equals(Optional.of(landing.topicId())))
        .sorted(Comparator.comparing(Landing::landedAt))
        .toList();
  }
}
