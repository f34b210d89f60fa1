package io.clickledger.serving.reports;

/**
 * One parameter that a report cannot be made of.
 *
 * @param detail what it must be and what it was
 * @param allowed what is allowed, by itself
 */
public record BadParameter(String parameter, String value, String detail, String allowed) {

  static BadParameter of(String parameter, String value, String allowed) {
    return new BadParameter(
        parameter,
        value,
        "%s must be %s, was %s".formatted(parameter, allowed, shown(value)),
        allowed);
  }

  static BadParameter missing(String parameter, String allowed) {
    return new BadParameter(
        parameter, null, "%s is missing; it must be %s".formatted(parameter, allowed), allowed);
  }

  private static String shown(String value) {
    if (value.isEmpty()) {
      return "empty";
    }
    return value.length() <= 100 ? value : value.substring(0, 100) + "...";
  }
}
