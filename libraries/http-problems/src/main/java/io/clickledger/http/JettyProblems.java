package io.clickledger.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses before a handler sees it: a broken request line, huge headers. */
final class JettyProblems extends ErrorHandler {

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    // Jetty clears the headers of an answer that it replaces.
    String id = RequestIds.put(request, response);
    Problem problem =
        code < 400 || code == 500
            ? ProblemAnswers.unexpected(nameOf(request), id, cause)
            : Problem.ofStatus(code, "the request was refused before it was read");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(problem.with(RequestIds.MEMBER, id).json()), callback);
  }

  /** Without the query, which may hold what no log may. */
  private static String nameOf(Request request) {
    return request.getMethod() + " " + request.getHttpURI().getPath();
  }
}
