package io.clickledger.serving.reports.query;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How a report is written. */
public enum ReportFormat {
  JSON("application/json"),
  CSV("text/csv");

  private final String mediaType;

  ReportFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Its name in parameters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The parameter {@code format} decides; without it the one that the Accept header prefers, JSON
   * where it prefers neither.
   */
  public static ReportFormat of(List<String> format, String accept) {
    return Arrays.stream(values())
        .filter(known -> format.contains(known.word()))
        .findFirst()
        .orElseGet(
            () ->
                Arrays.stream(values())
                    .max(
                        Comparator.comparingDouble((ReportFormat known) -> known.quality(accept))
                            .thenComparing(Comparator.reverseOrder()))
                    .orElse(JSON));
  }

  /** The weight that an Accept header (RFC 9110) gives to the media type; 0 for none. */
  private double quality(String accept) {
    if (accept == null || accept.isBlank()) {
      return 0;
    }
    String group = mediaType.substring(0, mediaType.indexOf('/')) + "/*";
    for (String wanted : List.of(mediaType, group, "*/*")) {
      for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
        String[] parts = range.split(";");
        if (parts[0].strip().equals(wanted)) {
          return quality(parts);
        }
      }
    }
    return 0;
  }

  private static double quality(String[] parts) {
    return Arrays.stream(parts)
        .skip(1)
        .map(String::strip)
        .filter(part -> part.matches("q=[01](\\.[0-9]{0,3})?"))
        .mapToDouble(part -> Double.parseDouble(part.substring(2)))
        .findFirst()
        .orElse(1);
  }
}
