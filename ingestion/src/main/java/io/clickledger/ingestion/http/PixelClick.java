package io.clickledger.ingestion.http;

import io.clickledger.rules.contract.ClickLimits;
import io.clickledger.rules.contract.Fault;
import io.clickledger.rules.contract.RejectionReason;
import io.clickledger.rules.contract.Source;
import io.clickledger.rules.json.ClickReader;
import io.clickledger.rules.json.ReadResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A click out of a pixel's request: what the query says, and what the connection shows. */
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
   * The connection's address, user agent and purpose are the click's, so none may be a parameter. A
   * click_id that is absent is made; without one, a repeated request is a second click.
   */
  static ReadResult read(Map<String, List<String>> query, Connection connection, Instant now) {
    List<Fault> faults = new ArrayList<>();
    Map<String, String> parameters = new HashMap<>();
    query.forEach(
        (name, values) -> {
          if (values.size() > 1) {
            faults.add(fault(RejectionReason.DUPLICATE_FIELD, name, "must be there once"));
          } else if (!values.get(0).isEmpty()) {
            parameters.put(name, values.get(0));
          }
        });
    if (parameters.put("ip_address", connection.address()) != null) {
      faults.add(fault(RejectionReason.NOT_ALLOWED, "ip_address", "is taken from the connection"));
    }
    if (parameters.remove("user_agent") != null) {
      faults.add(
          fault(RejectionReason.NOT_ALLOWED, "user_agent", "is taken from the header User-Agent"));
    }
    if (parameters.remove("request_purpose") != null) {
      faults.add(
          fault(RejectionReason.NOT_ALLOWED, "request_purpose", "is taken from the headers"));
    }
    if (connection.userAgent() != null) {
      parameters.put("user_agent", cut(connection.userAgent()));
    }
    if (connection.purpose() != null) {
      parameters.put("request_purpose", connection.purpose());
    }
    parameters.putIfAbsent("click_id", UUID.randomUUID().toString());
    parameters.putIfAbsent("clicked_at", Long.toString(now.toEpochMilli()));
    return withFaults(faults, ClickReader.readParameters(parameters, now, Source.PIXEL));
  }

  private static ReadResult withFaults(List<Fault> faults, ReadResult reading) {
    if (faults.isEmpty()) {
      return reading;
    }
    if (reading instanceof ReadResult.Rejected rejected) {
      faults.addAll(rejected.faults());
    }
    return new ReadResult.Rejected(faults);
  }

  private static Fault fault(RejectionReason reason, String name, String detail) {
    String shown = name.length() > ClickLimits.OTHER_FIELD_NAME_CHARACTERS ? "a parameter" : name;
    return new Fault(reason, shown, shown + " " + detail);
  }

  /** A header is Latin-1, so that no cut falls into a surrogate pair. */
  private static String cut(String userAgent) {
    return userAgent.length() <= ClickLimits.USER_AGENT_CHARACTERS
        ? userAgent
        : userAgent.substring(0, ClickLimits.USER_AGENT_CHARACTERS);
  }
}
