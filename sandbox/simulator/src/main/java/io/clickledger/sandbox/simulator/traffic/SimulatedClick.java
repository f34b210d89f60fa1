package io.clickledger.sandbox.simulator.traffic;

import java.time.Instant;
import java.util.Optional;

/**
 * One record to send.
 *
 * @param clickId identity; of a malformed record, a name for the oracle alone
 * @param invalid whether the first sight of this click_id must be judged invalid
 * @param follows click_id of the click before a double click
 * @param userAgent the header that a browser would send; null for none
 * @param json the record as bytes on the wire
 * @param malformation what is wrong with a malformed record
 */
public record SimulatedClick(
    Label label,
    String clickId,
    Instant clickedAt,
    String adId,
    String publisherId,
    String userId,
    String userAgent,
    boolean invalid,
    Optional<String> follows,
    String json,
    Optional<Malformation> malformation) {

  /** The same bytes again. */
  SimulatedClick retried() {
    return new SimulatedClick(
        Label.RETRY,
        clickId,
        clickedAt,
        adId,
        publisherId,
        userId,
        userAgent,
        invalid,
        follows,
        json,
        malformation);
  }

  public boolean isMalformed() {
    return malformation.isPresent();
  }
}
