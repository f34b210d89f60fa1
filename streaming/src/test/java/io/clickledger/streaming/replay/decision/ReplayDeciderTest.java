package io.clickledger.streaming.replay.decision;

import static io.clickledger.rules.contract.Clicks.clickId;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.contract.ClickJson;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Clicks;
import io.clickledger.rules.privacy.PayloadCipher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayDeciderTest {
  private static final Coordinates AT = new Coordinates(0, 7);
  private static final Instant NOW = Clicks.NOON.plus(Duration.ofDays(34));
  private static final PayloadCipher KEY = cipher("p1", 1);
  private static final FieldRepairs RENAMING =
      new FieldRepairs(
          Set.of(), Map.of("adId", "ad_id"), Map.of(), Map.of(), FieldRepairs.ClickIds.AS_SENT);
  private static final ClickJson MISNAMED =
      ClickJson.click("a").without("ad_id").withText("adId", "ad-1");

  @Test
  void landsARepairedRecordUnderItsOwnIdAndTime() {
    ReplayDecider.Decision decision =
        decider(RENAMING, producers()).decide(record(MISNAMED.bytes(), KEY));

    assertThat(decision.outcome()).isEqualTo(new Outcome(Outcome.Kind.LANDED, ""));
    ReplayDecider.ReplayRecord replayRecord = decision.replayRecord().orElseThrow();
    assertThat(replayRecord.clickId()).isEqualTo(clickId("a"));
    assertThat(replayRecord.timestamp()).isEqualTo(Clicks.NOON);
    assertThat(new String(replayRecord.value(), StandardCharsets.UTF_8))
        .contains("\"ad_id\":\"ad-1\"");
  }

  @Test
  void comparesWithTheFirstArrivalHoweverLateTheReplay() {
    ClickJson old = MISNAMED.clickedAt(Clicks.NOON.minus(Duration.ofDays(30)));

    assertThat(decider(RENAMING, producers()).decide(record(old.bytes(), KEY)).outcome().kind())
        .isEqualTo(Outcome.Kind.LANDED);
    assertThat(decider(RENAMING, brokers()).decide(record(old.bytes(), KEY)).outcome())
        .as("a topic that stamps by itself")
        .isEqualTo(new Outcome(Outcome.Kind.REJECTED_AGAIN, "TOO_EARLY clicked_at"));
  }

  @Test
  void saysWhyARecordIsRejectedAgain() {
    byte[] sent = ClickJson.click("b").with("publisher_id", "7").bytes();

    ReplayDecider.Decision decision = decider(RENAMING, producers()).decide(record(sent, KEY));

    assertThat(decision.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.REJECTED_AGAIN, "WRONG_TYPE publisher_id"));
    assertThat(decision.detail()).isEqualTo("publisher_id must be a string, was a number");
    assertThat(decision.replayRecord().orElseThrow().clickId()).isEqualTo(clickId("b"));
  }

  @Test
  void neverSendsARecordRoundThatHasNoClickId() {
    assertThat(replayRecord(ClickJson.click("a").without("click_id").bytes())).isFalse();
    assertThat(replayRecord(ClickJson.click("a").withText("click_id", "17").bytes())).isFalse();
    assertThat(replayRecord("{".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(replayRecord(null)).isFalse();
    assertThat(replayRecord(ClickJson.click("a").without("ad_id").bytes())).isTrue();
  }

  @Test
  void refusesABeginningOfARecordThatWasTooLong() {
    byte[] click = ClickJson.click("a").bytes();
    byte[] begunByAClick = Arrays.copyOf(click, ClickLimits.REJECTED_PAYLOAD_BYTES);
    Arrays.fill(begunByAClick, click.length, begunByAClick.length, (byte) ' ');

    ReplayDecider.Decision decision =
        decider(RENAMING, producers()).decide(record(begunByAClick, KEY));

    assertThat(decision.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.NOT_WHOLE, "longer than a click"));
    assertThat(decision.replayRecord()).isEmpty();
  }

  @Test
  void takesAClickIdInCapitalsForTheSameOne() {
    byte[] sent =
        ClickJson.click("a")
            .without("ad_id")
            .withText("click_id", clickId("a").toUpperCase(Locale.ROOT))
            .bytes();

    assertThat(
            decider(FieldRepairs.none(), producers())
                .decide(record(sent, KEY))
                .replayRecord()
                .orElseThrow()
                .clickId())
        .isEqualTo(clickId("a"));
  }

  @Test
  void reportsUnknownKeysAndThoseThatDoNotOpen() {
    ReplayDecider decider = decider(RENAMING, producers());

    ReplayDecider.Decision unknown = decider.decide(record(MISNAMED.bytes(), cipher("p0", 0)));
    ReplayDecider.Decision wrong = decider.decide(record(MISNAMED.bytes(), cipher("p1", 9)));

    assertThat(unknown.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.UNDECRYPTABLE, "key p0 is not configured"));
    assertThat(wrong.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.UNDECRYPTABLE, "key p1 does not open it"));
    assertThat(unknown.replayRecord()).isEmpty();
    assertThat(wrong.replayRecord()).isEmpty();
  }

  @Test
  void doesNotProduceWhatTheTopicWouldDelete() {
    TopicTimes times =
        new TopicTimes(TopicTimes.Stamping.BY_PRODUCER, Clicks.NOON.plusMillis(1), NOW);

    ReplayDecider.Decision decision =
        decider(RENAMING, times).decide(record(MISNAMED.bytes(), KEY));

    assertThat(decision.outcome().kind()).isEqualTo(Outcome.Kind.NOT_KEPT);
    assertThat(decision.replayRecord()).isEmpty();
  }

  @Test
  void givesARecordWithoutATimestampThatOfNow() {
    RejectedRecord record =
        new RejectedRecord(
            AT,
            Instant.ofEpochMilli(-1),
            KEY.encrypt(ClickJson.click("a").clickedAt(NOW).bytes()),
            KEY.keyId());

    assertThat(
            decider(FieldRepairs.none(), producers())
                .decide(record)
                .replayRecord()
                .orElseThrow()
                .timestamp())
        .isEqualTo(NOW);
  }

  private static boolean replayRecord(byte[] sent) {
    return decider(FieldRepairs.none(), producers())
        .decide(record(sent, KEY))
        .replayRecord()
        .isPresent();
  }

  private static ReplayDecider decider(FieldRepairs repairs, TopicTimes times) {
    return new ReplayDecider(repairs, Map.of(KEY.keyId(), KEY), times);
  }

  private static TopicTimes producers() {
    return new TopicTimes(TopicTimes.Stamping.BY_PRODUCER, Instant.EPOCH, NOW);
  }

  private static TopicTimes brokers() {
    return new TopicTimes(TopicTimes.Stamping.BY_BROKER, Instant.EPOCH, NOW);
  }

  private static RejectedRecord record(byte[] sent, PayloadCipher key) {
    return new RejectedRecord(
        AT, Clicks.NOON, sent == null ? null : key.encrypt(sent), key.keyId());
  }

  private static PayloadCipher cipher(String id, int seed) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) seed);
    return new PayloadCipher(id, key);
  }
}
