package io.clickledger.sandbox.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks programs on loopback whether they are ready. */
final class Http {

  private static final int TIMEOUT_MILLIS = 5_000;

  private Http() {}

  static boolean isReady(int port) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + "/ready");
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }
}
