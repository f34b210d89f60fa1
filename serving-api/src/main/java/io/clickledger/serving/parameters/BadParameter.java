package io.clickledger.serving.parameters;

import io.clickledger.http.Problem;
import io.clickledger.http.ProblemException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One parameter that no answer can be made of.
 *
 * @param detail what it must be and what it was
 * @param allowed what is allowed, by itself
 */
public record BadParameter(String parameter, String value, String detail, String allowed) {

  public static BadParameter of(String parameter, String value, String allowed) {
    return new BadParameter(
        parameter,
        value,
        "%s must be %s, was %s".formatted(parameter, allowed, shown(value)),
        allowed);
  }

  public static BadParameter missing(String parameter, String allowed) {
    return new BadParameter(
        parameter, null, "%s is missing; it must be %s".formatted(parameter, allowed), allowed);
  }

  /** 400, naming all of them. */
  public static ProblemException refused(List<BadParameter> bad) {
    String detail = bad.stream().map(BadParameter::detail).collect(Collectors.joining("; "));
    return new ProblemException(
        new Problem(400, "bad-parameters", "Bad parameters", detail).with("errors", bad));
  }

  private static String shown(String value) {
    return value.isEmpty() ? "empty" : Problem.excerpt(value);
  }
}
