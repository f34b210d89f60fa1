package io.clickledger.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.validation.ValidationException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps failures to answers. A {@link ProblemException} is answered as it is; an unexpected failure
 * is a 500 that discloses only an id, under which the log has the details. Every answer has the id
 * of its request.
 */
public final class ProblemAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

  private final long maxRequestSize;

  private ProblemAnswers(long maxRequestSize) {
    this.maxRequestSize = maxRequestSize;
  }

  /** Answers every failure of the program; call it after {@code http.maxRequestSize} is set. */
  public static void register(JavalinConfig config) {
    ProblemAnswers answers = new ProblemAnswers(config.http.maxRequestSize);
    config.http.prefer405over404 = true;
    config.routes.exception(Exception.class, answers::answer);
    // Javalin maps these by itself unless it is told otherwise.
    config.routes.exception(HttpResponseException.class, answers::answer);
    config.routes.exception(ValidationException.class, answers::answer);
    // An asynchronous request that timed out passes no exception mapper.
    config.routes.error(
        HttpStatus.INTERNAL_SERVER_ERROR,
        context -> {
          if (!isAnswered(context)) {
            write(
                unexpected(
                    request(context), id(context.res()), new IllegalStateException("timed out")),
                context);
          }
        });
    config.router.javaLangErrorHandler(
        (response, error) -> write(unexpected("a request", id(response), error), response));
    config.jetty.modifyServer(
        server -> {
          server.insertHandler(new RequestIds());
          server.setErrorHandler(new JettyProblems());
        });
    config.jetty.modifyServletContextHandler(
        handler -> handler.setErrorHandler(new JettyProblems()));
  }

  private void answer(Exception failure, Context context) {
    if (failure instanceof CancellationException && isAnswered(context)) {
      return; // the handler's future, cancelled after its time-out was answered
    }
    write(problemOf(failure, context), context);
  }

  private Problem problemOf(Exception failure, Context context) {
    if (failure instanceof ProblemException expected) {
      return expected.problem();
    }
    if (failure instanceof MethodNotAllowedResponse refused) {
      String allowed = String.join(", ", refused.getDetails().values());
      return Problem.ofStatus(
              refused.getStatus(),
              "%s must be asked with %s, was asked with %s"
                  .formatted(Problem.excerpt(context.path()), allowed, context.method().name()))
          .withHeader(Header.ALLOW, allowed);
    }
    if (failure instanceof HttpResponseException refused) {
      return ofHttpStatus(refused, context);
    }
    if (failure instanceof ValidationException refused) {
      List<Map<String, String>> errors =
          refused.getErrors().entrySet().stream()
              .flatMap(
                  entry ->
                      entry.getValue().stream()
                          .map(
                              error ->
                                  Map.of("field", entry.getKey(), "detail", error.getMessage())))
              .toList();
      return Problem.ofStatus(400, "the request has values that are not allowed")
          .with("errors", errors);
    }
    if (failure instanceof HttpException refused && refused.getCode() < 500) {
      return Problem.ofStatus(refused.getCode(), "the request could not be read");
    }
    return unexpected(request(context), id(context.res()), failure);
  }

  private Problem ofHttpStatus(HttpResponseException refused, Context context) {
    return switch (refused.getStatus()) {
      case 404 ->
          Problem.ofStatus(404, "nothing is at %s".formatted(Problem.excerpt(context.path())));
      case 413 ->
          Problem.ofStatus(413, "the body must be at most %d bytes".formatted(maxRequestSize));
      default ->
          refused.getStatus() >= 400
              ? Problem.ofStatus(refused.getStatus(), refused.getMessage())
              : unexpected(request(context), id(context.res()), refused);
    };
  }

  static Problem unexpected(String request, String requestId, Throwable failure) {
    String instance = "urn:uuid:" + UUID.randomUUID();
    LOG.error("{} failed, answered as {}, request id {}", request, instance, requestId, failure);
    return new Problem(
            500,
            "unexpected-failure",
            "Unexpected failure",
            "the request could not be answered; the log has the cause under the instance's id")
        .with("instance", instance);
  }

  private static boolean isAnswered(Context context) {
    return Problem.CONTENT_TYPE.equals(context.res().getContentType());
  }

  private static String id(HttpServletResponse response) {
    return response.getHeader(RequestIds.HEADER);
  }

  private static String request(Context context) {
    return context.method().name() + " " + context.path();
  }

  private static void write(Problem problem, Context context) {
    context.status(problem.status());
    problem.headers().forEach(context::header);
    context.contentType(Problem.CONTENT_TYPE).result(json(problem, context.res()));
  }

  private static byte[] json(Problem problem, HttpServletResponse response) {
    return problem.with(RequestIds.MEMBER, id(response)).json();
  }

  private static void write(Problem problem, HttpServletResponse response) {
    if (response.isCommitted()) {
      return;
    }
    response.setStatus(problem.status());
    response.setContentType(Problem.CONTENT_TYPE);
    try {
      response.getOutputStream().write(json(problem, response));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
