package io.clickledger.sandbox.launcher.platform;

import io.clickledger.programs.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks programs on loopback. */
public final class Http {

  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 60_000;

  private Http() {}

  /**
   * The body of a good answer; a refusal with what was answered otherwise.
   *
   * @param key of the serving API
   */
  public static byte[] get(URI uri, String key) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + key);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(ANSWER_MILLIS);
    if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
      try (InputStream body = connection.getInputStream()) {
        return body.readAllBytes();
      }
    }
    InputStream problem = connection.getErrorStream();
    throw new RefusedException(
        "%s answered %d: %s"
            .formatted(
                uri,
                connection.getResponseCode(),
                problem == null ? "" : new String(problem.readAllBytes(), StandardCharsets.UTF_8)));
  }

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
