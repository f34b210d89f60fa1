package io.clickledger.streaming.land;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.fraud.FraudRules;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import io.clickledger.rules.pricing.VersionDirectory;
import io.clickledger.settings.Secret;
import io.clickledger.spark.AnalysisBudget;
import io.clickledger.spark.UnanalysedField;
import io.clickledger.streaming.StreamingSettings;
import io.clickledger.streaming.land.LandingTask.KafkaRecord;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing in a record stops or stalls landing: all that a landing task does with a record, on
 * records made to be hard. {@code -Dclickledger.fuzz.records=100000} for a longer look, {@code
 * -Dclickledger.fuzz.seed=7} for other records.
 */
class LandingFuzzTest {
  private static final int RECORDS = Integer.getInteger("clickledger.fuzz.records", 4_000);
  private static final long SEED = Long.getLong("clickledger.fuzz.seed", 1);

  /** Of one record; what was seen is below a quarter of it on a busy machine. */
  private static final Duration MAX_CPU_TIME = Duration.ofSeconds(2);

  /** A task of Spark has at least 1 MiB, and has used some of it already. */
  private static final int STACK_BYTES = 512 * 1024;

  private static final KafkaRecord AT_NOON =
      new KafkaRecord(0, 0, Clicks.NOON.toEpochMilli() * 1000);

  private static final int USER_AGENT = 11;
  private static final int DEVICE_TYPE = 18;

  private static final Secret KEY =
      Secret.of("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

  private final ClickRows rows =
      new ClickRows(
          new StreamingSettings(
              null,
              null,
              null,
              new StreamingSettings.Privacy("k1", KEY, "p1", KEY),
              new StreamingSettings.Enrichment(
                  Optional.empty(), Optional.empty(), Optional.empty()),
              null,
              null),
          Instant.parse("2026-11-20T12:00:00Z"));

  private final ClickRows.ReferenceData referenceData =
      new ClickRows.ReferenceData(
          VersionDirectory.of(List.of()), FraudRules.shipped(), AnalysisBudget.unlimited());

  private final Map<UnanalysedField, Integer> unanalysed = new EnumMap<>(UnanalysedField.class);
  private int landed;
  private int rejected;

  @ParameterizedTest
  @ValueSource(strings = {"a/1 (b;*80", "a@b.c *170", ",*1020", "a%2F*256", "a|*512", "1*1024"})
  void landsAClickWhoseUserAgentIsMadeToStopTheAnalyser(String repeated) throws Exception {
    int times = repeated.lastIndexOf('*');
    String userAgent =
        repeated.substring(0, times).repeat(Integer.parseInt(repeated.substring(times + 1)));
    List<InternalRow> row = new ArrayList<>();

    inATask(
        () ->
            row.add(land(ClickJson.click("a").withText("user_agent", userAgent).bytes(), AT_NOON)));

    assertThat(landed).isEqualTo(1);
    assertThat(row.get(0).getUTF8String(USER_AGENT)).hasToString(userAgent);
    assertThat(row.get(0).getUTF8String(DEVICE_TYPE)).hasToString("UNKNOWN");
    assertThat(unanalysed).containsExactly(Map.entry(UnanalysedField.USER_AGENT, 1));
  }

  @Test
  void landsOrRejectsEveryRecordWithinABound() throws Exception {
    inATask(
        () -> {
          ThreadMXBean threads = ManagementFactory.getThreadMXBean();
          AdversarialRecords records = new AdversarialRecords(SEED);
          // Building the analyser takes seconds, once.
          land(ClickJson.click("first").bytes(), AT_NOON);
          landed = 0;
          for (int i = 0; i < RECORDS; i++) {
            byte[] value = records.value();
            KafkaRecord at = new KafkaRecord(i % 3, i, records.micros());
            long before = threads.getCurrentThreadCpuTime();
            try {
              land(value, at);
            } catch (Throwable e) {
              throw new AssertionError("record " + i + " of seed " + SEED + ": " + shown(value), e);
            }
            assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
                .as("CPU time of record %s of seed %s: %s", i, SEED, shown(value))
                .isLessThan(MAX_CPU_TIME);
          }
        });

    assertThat(landed + rejected).isEqualTo(RECORDS);
    assertThat(landed).isGreaterThan(RECORDS / 3);
    assertThat(rejected).isGreaterThan(RECORDS / 20);
    assertThat(unanalysed.keySet()).containsExactly(UnanalysedField.USER_AGENT);
    assertThat(unanalysed.get(UnanalysedField.USER_AGENT)).isGreaterThan(RECORDS / 20);
  }

  /** As Landing does it. */
  private InternalRow land(byte[] value, KafkaRecord at) {
    ReadResult reading = ClickReader.read(value, at.timestamp());
    if (reading instanceof ReadResult.Accepted accepted) {
      InternalRow row =
          rows.click(
              accepted.click(),
              at,
              referenceData,
              field -> unanalysed.merge(field, 1, Integer::sum));
      landed++;
      return row;
    }
    InternalRow row = rows.rejected((ReadResult.Rejected) reading, value, at);
    rejected++;
    return row;
  }

  private static String shown(byte[] value) {
    return value == null ? "null" : "base64 " + Base64.getEncoder().encodeToString(value);
  }

  private static void inATask(Runnable work) throws InterruptedException {
    List<Throwable> failures = new ArrayList<>();
    Thread task = new Thread(null, work, "task", STACK_BYTES);
    task.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    task.start();
    task.join();
    assertThat(failures).isEmpty();
  }
}
