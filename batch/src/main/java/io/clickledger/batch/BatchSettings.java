package io.clickledger.batch;

import io.clickledger.lake.LakeSettings;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsAndArguments;
import java.time.Duration;
import java.util.Map;

/** What every batch job is told about its surroundings. */
public record BatchSettings(
    LakeSettings lake, MetadataSettings metadata, Billing billing, Upkeep upkeep, Audit audit) {
  private static final String DEFAULTS = "/io/clickledger/batch/defaults.properties";

  /**
   * @param duplicateReach how far apart the clicked_at of two rows with one click_id may lie for
   *     the later one to be found a duplicate
   */
  public record Billing(Duration duplicateReach) {
    public Billing {
      if (duplicateReach.isNegative()) {
        throw new IllegalArgumentException(
            "duplicate-reach must not be negative, was " + duplicateReach);
      }
    }
  }

  /** How long upkeep leaves things as they are, and how long it keeps them. */
  public record Upkeep(
      Duration keepSnapshots,
      Duration foldAfter,
      Duration compactAfter,
      Duration keepLive,
      Duration keepRejected,
      Duration keepRaw,
      Duration orphanAge) {
    public Upkeep {
      if (orphanAge.compareTo(Duration.ofDays(1)) < 0) {
        throw new IllegalArgumentException(
            "orphan-age must be at least 1d, was %s: a younger file may be about to be committed"
                .formatted(orphanAge));
      }
    }
  }

  /**
   * @param dedupWindow what streaming.dedup-window is
   */
  public record Audit(Duration dedupWindow) {}

  /** The settings that the command line names, and the job's own arguments. */
  public static SettingsAndArguments<BatchSettings> read(String[] args, Map<String, String> env) {
    return Settings.fromArgumentsBeside(BatchSettings.class, DEFAULTS, args, env);
  }
}
