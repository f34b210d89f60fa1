package io.clickledger.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives every answer the id of its request: the sender's own, if it is one, else a new one. The
 * same id is in problems, in the log of their failures, and in lines of requests.
 */
public final class RequestIds extends Handler.Wrapper {

  public static final String HEADER = "X-Request-Id";

  /** Member of a problem. */
  static final String MEMBER = "request_id";

  /** Long enough for the ids of proxies, too short for a key, which must not get into a log. */
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._=-]{1,48}");

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    put(request, response);
    return super.handle(request, response, callback);
  }

  /** Writes the id into the answer, again where Jetty has cleared it, and returns it. */
  static String put(Request request, Response response) {
    Object known = request.getAttribute(HEADER);
    String id = known == null ? ofSender(request.getHeaders()) : known.toString();
    request.setAttribute(HEADER, id);
    response.getHeaders().put(HEADER, id);
    return id;
  }

  private static String ofSender(HttpFields headers) {
    String given = headers.get(HEADER);
    return given != null && VALID.matcher(given).matches() ? given : made();
  }

  /** Nothing depends on an id that nobody can guess, so it need not be slow to make. */
  private static String made() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
