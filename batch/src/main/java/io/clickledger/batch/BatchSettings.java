package io.clickledger.batch;

import io.clickledger.lake.LakeSettings;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.settings.Settings;
import io.clickledger.settings.SettingsAndArguments;
import java.time.Duration;
import java.util.Map;

/** What every nightly job is told about its surroundings. */
public record BatchSettings(LakeSettings lake, MetadataSettings metadata, Billing billing) {
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

  /** The settings that the command line names, and the job's own arguments. */
  public static SettingsAndArguments<BatchSettings> read(String[] args, Map<String, String> env) {
    return Settings.fromArgumentsBeside(BatchSettings.class, DEFAULTS, args, env);
  }
}
