package io.clickledger.serving;

import io.clickledger.serving.access.CrossOrigin;
import java.util.List;

/**
 * Where the API listens.
 *
 * @param accessLog whether each request is a line of the log
 * @param corsOrigins whose pages may read answers, beside the API's own
 */
public record HttpSettings(String host, int port, boolean accessLog, List<String> corsOrigins) {

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0..65535, was " + port);
    }
    corsOrigins = List.copyOf(new CrossOrigin(corsOrigins).origins());
  }
}
