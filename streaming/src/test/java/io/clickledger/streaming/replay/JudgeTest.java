package io.clickledger.streaming.replay;

import static io.clickledger.rules.Clicks.clickId;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.rules.ClickJson;
import io.clickledger.rules.ClickLimits;
import io.clickledger.rules.Clicks;
import io.clickledger.rules.PayloadCipher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final Coordinates AT = new Coordinates(0, 7);
  private static final Instant NOW = Clicks.NOON.plus(Duration.ofDays(34));
  private static final PayloadCipher KEY = cipher("p1", 1);
  private static final Mendings RENAMING =
      new Mendings(
          Set.of(), Map.of("adId", "ad_id"), Map.of(), Map.of(), Mendings.ClickIds.AS_SENT);
  private static final ClickJson MISNAMED =
      ClickJson.click("a").without("ad_id").withText("adId", "ad-1");

  @Test
  void landsAMendedRecordUnderItsOwnIdAndTime() {
    Judge.Judged judged = judge(RENAMING, producers()).judge(record(MISNAMED.bytes(), KEY));

    assertThat(judged.outcome()).isEqualTo(new Outcome(Outcome.Kind.LANDED, ""));
    Judge.Again again = judged.again().orElseThrow();
    assertThat(again.clickId()).isEqualTo(clickId("a"));
    assertThat(again.timestamp()).isEqualTo(Clicks.NOON);
    assertThat(new String(again.value(), StandardCharsets.UTF_8)).contains("\"ad_id\":\"ad-1\"");
  }

  @Test
  void comparesWithTheTimeOfTheFirstArrivalHoweverLateTheReplay() {
    ClickJson old = MISNAMED.clickedAt(Clicks.NOON.minus(Duration.ofDays(30)));

    assertThat(judge(RENAMING, producers()).judge(record(old.bytes(), KEY)).outcome().kind())
        .isEqualTo(Outcome.Kind.LANDED);
    assertThat(judge(RENAMING, brokers()).judge(record(old.bytes(), KEY)).outcome())
        .as("a topic that stamps by itself")
        .isEqualTo(new Outcome(Outcome.Kind.REJECTED_AGAIN, "TOO_EARLY clicked_at"));
  }

  @Test
  void saysWhyARecordIsRejectedAgain() {
    byte[] sent = ClickJson.click("b").with("publisher_id", "7").bytes();

    Judge.Judged judged = judge(RENAMING, producers()).judge(record(sent, KEY));

    assertThat(judged.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.REJECTED_AGAIN, "WRONG_TYPE publisher_id"));
    assertThat(judged.detail()).isEqualTo("publisher_id must be a text, was a number");
    assertThat(judged.again().orElseThrow().clickId()).isEqualTo(clickId("b"));
  }

  @Test
  void neverSendsARecordRoundThatHasNoClickId() {
    assertThat(again(ClickJson.click("a").without("click_id").bytes())).isFalse();
    assertThat(again(ClickJson.click("a").withText("click_id", "17").bytes())).isFalse();
    assertThat(again("{".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(again(null)).isFalse();
    assertThat(again(ClickJson.click("a").without("ad_id").bytes())).isTrue();
  }

  @Test
  void refusesTheBeginningOfARecordThatWasLongerThanAClick() {
    byte[] click = ClickJson.click("a").bytes();
    byte[] begunByAClick = Arrays.copyOf(click, ClickLimits.REJECTED_PAYLOAD_BYTES);
    Arrays.fill(begunByAClick, click.length, begunByAClick.length, (byte) ' ');

    Judge.Judged judged = judge(RENAMING, producers()).judge(record(begunByAClick, KEY));

    assertThat(judged.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.NOT_WHOLE, "longer than a click"));
    assertThat(judged.again()).isEmpty();
  }

  @Test
  void takesAClickIdInCapitalsForTheSameOne() {
    byte[] sent =
        ClickJson.click("a")
            .without("ad_id")
            .withText("click_id", clickId("a").toUpperCase(Locale.ROOT))
            .bytes();

    assertThat(
            judge(Mendings.none(), producers())
                .judge(record(sent, KEY))
                .again()
                .orElseThrow()
                .clickId())
        .isEqualTo(clickId("a"));
  }

  @Test
  void reportsAKeyThatIsNotConfiguredAndOneThatDoesNotOpen() {
    Judge judge = judge(RENAMING, producers());

    Judge.Judged unknown = judge.judge(record(MISNAMED.bytes(), cipher("p0", 0)));
    Judge.Judged wrong = judge.judge(record(MISNAMED.bytes(), cipher("p1", 9)));

    assertThat(unknown.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.UNDECRYPTABLE, "key p0 is not configured"));
    assertThat(wrong.outcome())
        .isEqualTo(new Outcome(Outcome.Kind.UNDECRYPTABLE, "key p1 does not open it"));
    assertThat(unknown.again()).isEmpty();
    assertThat(wrong.again()).isEmpty();
  }

  @Test
  void doesNotProduceWhatTheTopicWouldDelete() {
    TopicTimes times =
        new TopicTimes(TopicTimes.Stamping.BY_PRODUCER, Clicks.NOON.plusMillis(1), NOW);

    Judge.Judged judged = judge(RENAMING, times).judge(record(MISNAMED.bytes(), KEY));

    assertThat(judged.outcome().kind()).isEqualTo(Outcome.Kind.NOT_KEPT);
    assertThat(judged.again()).isEmpty();
  }

  @Test
  void givesARecordThatHadNoTimestampTheOneOfNow() {
    RejectedRecord record =
        new RejectedRecord(
            AT,
            Instant.ofEpochMilli(-1),
            KEY.encrypt(ClickJson.click("a").clickedAt(NOW).bytes()),
            KEY.keyId());

    assertThat(judge(Mendings.none(), producers()).judge(record).again().orElseThrow().timestamp())
        .isEqualTo(NOW);
  }

  private static boolean again(byte[] sent) {
    return judge(Mendings.none(), producers()).judge(record(sent, KEY)).again().isPresent();
  }

  private static Judge judge(Mendings mendings, TopicTimes times) {
    return new Judge(mendings, Map.of(KEY.keyId(), KEY), times);
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
