package io.clickledger.ingestion.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * Reads bodies that are at most so large and come in at most so much time, from the first read to
 * the last byte: whoever sends a byte a second must not hold a thread.
 */
final class RequestBody {

  private static final int BUFFER_BYTES = 16 * 1024;

  private final int maxBytes;
  private final Duration maxTime;

  RequestBody(int maxBytes, Duration maxTime) {
    this.maxBytes = maxBytes;
    this.maxTime = maxTime;
  }

  /** The whole body. Not Javalin's own, which is kept until the request is answered. */
  byte[] read(Context context) throws IOException {
    if (context.req().getContentLengthLong() > maxBytes) {
      throw IngestionProblems.tooLarge(maxBytes);
    }
    EndPoint connection =
        ServletContextRequest.getServletContextRequest(context.req())
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
    // Jetty limits the time between two reads, and its rate limit looks only when something comes.
    // So each read gets the time that is left of the whole.
    long idleMillis = connection.getIdleTimeout();
    try {
      return readUntil(
          System.nanoTime() + maxTime.toNanos(), context.bodyInputStream(), connection);
    } finally {
      connection.setIdleTimeout(idleMillis);
    }
  }

  private byte[] readUntil(long deadline, InputStream in, EndPoint connection) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[Math.min(BUFFER_BYTES, maxBytes)];
    while (true) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw IngestionProblems.tooSlow(maxTime);
      }
      connection.setIdleTimeout(leftMillis);
      int bytes = read(in, buffer);
      if (bytes < 0) {
        return body.toByteArray();
      }
      if (body.size() + bytes > maxBytes) {
        throw IngestionProblems.tooLarge(maxBytes);
      }
      body.write(buffer, 0, bytes);
    }
  }

  private int read(InputStream in, byte[] buffer) throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw IngestionProblems.tooSlow(maxTime);
      }
      throw e;
    }
  }
}
