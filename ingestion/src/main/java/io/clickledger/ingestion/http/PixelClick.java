package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickParameters;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import java.time.Instant;
import java.util.UUID;

/** A click out of a pixel's request: what the parameters say, and what the connection shows. */
final class PixelClick {

  private PixelClick() {}

  /**
   * What the connection shows of the click.
   *
   * @param userAgent the header, or null; what is beyond the contract's length is cut off, because
   *     a browser cannot correct it
   * @param purpose of a request that is no user's click; null for other requests
   */
  record Connection(String address, String userAgent, String purpose) {}

  /**
   * The connection's address, user agent and purpose are the click's, whatever a parameter says. A
   * click_id that is absent is made; without one, a repeated request is a second click.
   */
  static ReadResult read(ClickParameters parameters, Connection connection, Instant now) {
    parameters.set(ClickField.IP_ADDRESS, connection.address());
    parameters.set(ClickField.USER_AGENT, cut(connection.userAgent()));
    parameters.set(ClickField.REQUEST_PURPOSE, connection.purpose());
    parameters.setIfAbsent(ClickField.CLICK_ID, UUID.randomUUID().toString());
    parameters.setIfAbsent(ClickField.CLICKED_AT, Long.toString(now.toEpochMilli()));
    return ClickReader.readParameters(parameters, now, Source.PIXEL);
  }

  /** A header is Latin-1, so that no cut falls into a surrogate pair. */
  private static String cut(String userAgent) {
    return userAgent == null || userAgent.length() <= ClickLimits.USER_AGENT_CHARACTERS
        ? userAgent
        : userAgent.substring(0, ClickLimits.USER_AGENT_CHARACTERS);
  }
}
