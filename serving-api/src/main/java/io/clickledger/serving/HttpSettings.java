package io.clickledger.serving;

/**
 * Where the API listens.
 *
 * @param accessLog whether each request is a line of the log
 */
public record HttpSettings(String host, int port, boolean accessLog) {

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0..65535, was " + port);
    }
  }
}
