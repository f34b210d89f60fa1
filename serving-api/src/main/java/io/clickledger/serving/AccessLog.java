package io.clickledger.serving;

import io.clickledger.http.RequestIds;
import io.clickledger.metadata.access.Credentials;
import io.javalin.config.JavalinConfig;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.Slf4jRequestLogWriter;

/**
 * One line per request, and nothing that names a person: who asked and what for stays out. Jetty
 * writes it, so that requests are there that it refused itself.
 */
final class AccessLog {

  /** Name of the logger, so that its lines can be sent elsewhere. */
  static final String LOGGER = "access";

  /** Method, path without the query, status, time, bytes of the body, and the request's id. */
  private static final String FORMAT = "%m %U %s %{ms}T ms %O bytes %{" + RequestIds.HEADER + "}o";

  private AccessLog() {}

  static void register(JavalinConfig config) {
    Slf4jRequestLogWriter writer = new Slf4jRequestLogWriter();
    writer.setLoggerName(LOGGER);
    // A key that somebody put in a path is not written down.
    CustomRequestLog log =
        new CustomRequestLog(line -> writer.write(Credentials.without(line)), FORMAT);
    config.jetty.modifyServer(
        server -> {
          server.addBean(writer);
          server.setRequestLog(log);
        });
  }
}
