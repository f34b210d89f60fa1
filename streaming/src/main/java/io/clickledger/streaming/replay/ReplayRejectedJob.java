package io.clickledger.streaming.replay;

import io.clickledger.rules.privacy.PayloadCipher;
import io.clickledger.schemas.RawRejectedClicks;
import io.clickledger.settings.Secret;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.land.ClickTopicSettings;
import io.clickledger.streaming.replay.decision.Outcome;
import io.clickledger.streaming.replay.decision.ReplayDecider;
import io.clickledger.streaming.replay.decision.TopicTimes;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Produces rejected clicks again after the cause of their rejection was repaired. Each keeps its
 * click_id, so that a replay may be run any number of times and counts once.
 */
public final class ReplayRejectedJob {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayRejectedJob.class);

  private final SparkSession spark;
  private final StreamingSettings.Kafka kafka;
  private final StreamingSettings.Privacy privacy;

  public ReplayRejectedJob(
      SparkSession spark, StreamingSettings.Kafka kafka, StreamingSettings.Privacy privacy) {
    this.spark = spark;
    this.kafka = kafka;
    this.privacy = privacy;
  }

  /** Runs the replay as of now, or a dry run of it. */
  public ReplayReport run(ReplayOptions options, Instant now) {
    TopicTimes times = TopicTimes.of(ClickTopicSettings.describe(kafka), now);
    ReplayDecider decider =
        new ReplayDecider(options.repairs(), keys(privacy, options.formerKeys()), times);
    OutcomeCounts counts =
        options
            .filter()
            .apply(spark.table(RawRejectedClicks.TABLE.toString()))
            .toJavaRDD()
            .mapPartitions(new ReplayTask(decider, options.delivery(), kafka))
            .fold(new OutcomeCounts(), OutcomeCounts::plus);
    LOG.info(
        "replayed delivery={} records={} landed={} produced={} undecryptable={} not_kept={} selection=\"{}\"",
        options.delivery(),
        counts.records(),
        counts.records(Outcome.Kind.LANDED),
        counts.produced(),
        counts.records(Outcome.Kind.UNDECRYPTABLE),
        counts.records(Outcome.Kind.NOT_KEPT),
        options.filter());
    return new ReplayReport(options.filter(), options.delivery(), times, counts);
  }

  static Map<String, PayloadCipher> keys(
      StreamingSettings.Privacy privacy, Map<String, Secret> former) {
    Map<String, PayloadCipher> keys = new HashMap<>();
    former.forEach((id, key) -> keys.put(id, cipher(id, key)));
    if (keys.put(privacy.payloadKeyId(), cipher(privacy.payloadKeyId(), privacy.payloadKey()))
        != null) {
      throw new IllegalArgumentException(
          "--payload-key must have another id than the key of the settings, was "
              + privacy.payloadKeyId());
    }
    return keys;
  }

  private static PayloadCipher cipher(String id, Secret key) {
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(key.reveal().strip());
    } catch (IllegalArgumentException e) {
      // The cause is left out, because its message contains characters of the key.
      throw new IllegalArgumentException("payload key " + id + " must be in hex");
    }
    return new PayloadCipher(id, bytes);
  }
}
