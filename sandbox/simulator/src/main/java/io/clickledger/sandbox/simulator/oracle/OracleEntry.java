package io.clickledger.sandbox.simulator.oracle;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import io.clickledger.sandbox.simulator.traffic.Target;
import java.time.Instant;

/**
 * One record that was sent, and how it was answered: one line of the oracle file.
 *
 * @param answer {@code 202} and the like over HTTP, {@code partition@offset} from Kafka
 * @param unknownAttempts how often it was sent before without hearing an answer: each of these may
 *     have been taken all the same
 * @param follows click_id of the click before a double click; null for any other click
 * @param reason why a malformed record must be rejected; null for a click
 */
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record OracleEntry(
    @JsonProperty("label") Label label,
    @JsonProperty("click_id") String clickId,
    @JsonProperty("clicked_at") long clickedAtMillis,
    @JsonProperty("ad_id") String adId,
    @JsonProperty("publisher_id") String publisherId,
    @JsonProperty("invalid") boolean invalid,
    @JsonProperty("follows") @JsonInclude(JsonInclude.Include.NON_NULL) String follows,
    @JsonProperty("target") Target target,
    @JsonProperty("sent_at") long sentAtMillis,
    @JsonProperty("answered_at") long answeredAtMillis,
    @JsonProperty("answer") String answer,
    @JsonProperty("unknown_attempts") int unknownAttempts,
    @JsonProperty("reason") @JsonInclude(JsonInclude.Include.NON_NULL) String reason) {

  /** The answer of a record that was given up: none of its attempts was answered. */
  public static final String NONE = "none";

  /** The entry of a record that is answered now. */
  public static OracleEntry of(
      SimulatedClick click, Target target, long sentAtMillis, String answer, int unknownAttempts) {
    return new OracleEntry(
        click.label(),
        click.clickId(),
        click.clickedAt().toEpochMilli(),
        click.adId(),
        click.publisherId(),
        click.invalid(),
        click.follows().orElse(null),
        target,
        sentAtMillis,
        Instant.now().toEpochMilli(),
        answer,
        unknownAttempts,
        click.malformation().map(malformation -> malformation.reason(target)).orElse(null));
  }

  /** True where the platform took it as a click. */
  public boolean isClick() {
    return label != Label.MALFORMED && isAnswered();
  }

  /** False where the sender gave up: then even the last attempt is an unknown one. */
  public boolean isAnswered() {
    return !NONE.equals(answer);
  }

  /** True where it must be in raw.rejected_clicks; over HTTP a malformed record is refused. */
  public boolean isRejectedAtLanding() {
    return label == Label.MALFORMED && target == Target.KAFKA && isAnswered();
  }
}
