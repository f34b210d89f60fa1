package io.clickledger.serving;

import io.clickledger.http.CrossOrigin;
import java.time.Duration;
import java.util.List;

/**
 * Where the API listens.
 *
 * @param accessLog whether each request is a line of the log
 * @param corsOrigins whose pages may read answers, beside the API's own
 * @param stopDelay how long /ready says that the API stops before it does
 * @param stopTimeout how long answers under way have when it does
 */
public record HttpSettings(
    String host,
    int port,
    boolean accessLog,
    List<String> corsOrigins,
    Duration stopDelay,
    Duration stopTimeout) {

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0..65535, was " + port);
    }
    corsOrigins = CrossOrigin.requireOrigins(corsOrigins);
  }
}
