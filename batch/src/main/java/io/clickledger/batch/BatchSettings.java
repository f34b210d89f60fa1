package io.clickledger.batch;

import io.clickledger.lake.LakeSettings;
import io.clickledger.metadata.MetadataSettings;
import io.clickledger.rules.json.ClickTimes;
import io.clickledger.rules.privacy.Pseudonyms;
import io.clickledger.settings.Secret;
import java.time.Duration;
import java.util.HexFormat;

/** Settings of all batch jobs. */
public record BatchSettings(
    LakeSettings lake,
    MetadataSettings metadata,
    Privacy privacy,
    Billing billing,
    Fraud fraud,
    Upkeep upkeep) {
  public static final String DEFAULTS = "/io/clickledger/batch/defaults.properties";

  public BatchSettings {
    // Judging an open day needs all its clicks, and the earlier ones that they may duplicate.
    Duration judged = billing.closeAfter().plus(billing.dedupHorizon());
    if (upkeep.keepRaw().compareTo(judged) < 0) {
      throw new IllegalArgumentException(
          "upkeep.keep-raw must be at least billing.close-after and billing.dedup-horizon together,"
              + " %s, was %s".formatted(judged, upkeep.keepRaw()));
    }
  }

  /** The key that LandClicks makes hashes of people with, in hex. */
  public record Privacy(String hashKeyId, Secret hashKey) {
    public Pseudonyms pseudonyms() {
      return new Pseudonyms(hashKeyId, HexFormat.of().parseHex(hashKey.reveal().strip()));
    }
  }

  /**
   * @param dedupHorizon how far apart the clicked_at of two rows with one click_id may lie for the
   *     one that landed later to be a duplicate
   * @param closeAfter how long after its end a day closes: no later billing run changes it
   * @param judgeAgainShare share of a day's clicks; a day with more late clicks than that is judged
   *     again, otherwise they are added to it
   * @param maxClicksAtOnce how many clicks are judged at once, unless one landing has more
   */
  public record Billing(
      Duration dedupHorizon, Duration closeAfter, double judgeAgainShare, long maxClicksAtOnce) {
    public Billing {
      if (maxClicksAtOnce < 1) {
        throw new IllegalArgumentException(
            "max-clicks-at-once must be at least 1, was " + maxClicksAtOnce);
      }
      if (judgeAgainShare < 0) {
        throw new IllegalArgumentException(
            "judge-again-share must be 0 or more, was " + judgeAgainShare);
      }
      Duration least = ClickTimes.MAX_BEFORE_REFERENCE.plus(Duration.ofDays(1));
      if (closeAfter.compareTo(least) < 0) {
        throw new IllegalArgumentException(
            "close-after must be at least %s, since landing takes clicks of %s, was %s"
                .formatted(least, ClickTimes.MAX_BEFORE_REFERENCE, closeAfter));
      }
      if (dedupHorizon.compareTo(ClickTimes.MAX_BEFORE_REFERENCE) < 0) {
        throw new IllegalArgumentException(
            "dedup-horizon must be at least %s, since landing takes clicks of that age, was %s"
                .formatted(ClickTimes.MAX_BEFORE_REFERENCE, dedupHorizon));
      }
    }
  }

  /** What the model of behaviour does on each day that is judged in full. */
  public record Fraud(BehaviourMode behaviourModel) {}

  /** What a model's answer is for. */
  public enum BehaviourMode {
    /** It is not asked. */
    OFF,
    /** Its scores stand beside the verdicts, and change none. */
    SHADOW,
    /** What it takes for invalid is SOPHISTICATED_INVALID instead of VALID. */
    ON
  }

  /** How long upkeep leaves things as they are, and how long it keeps them. */
  public record Upkeep(
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
}
