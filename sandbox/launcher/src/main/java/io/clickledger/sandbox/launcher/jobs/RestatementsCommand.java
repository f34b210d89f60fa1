package io.clickledger.sandbox.launcher.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.metadata.access.Role;
import io.clickledger.sandbox.launcher.commands.DataOption;
import io.clickledger.sandbox.launcher.folder.Secrets;
import io.clickledger.sandbox.launcher.platform.Http;
import io.clickledger.sandbox.launcher.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what the serving API says of restatements. */
@Command(
    name = "restatements",
    mixinStandardHelpOptions = true,
    description = "Show which final days later billing runs changed, and why.")
public final class RestatementsCommand implements Callable<Integer> {
  private static final String LINE = "%-10s  %8s  %11s  %12s  %12s  %16s  %-3s  %s";
  private static final int DAYS = 35;
  private static final int MICROS = 6;

  @Mixin private DataOption data;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "YYYY-MM-DD",
      description = "First UTC day (default: " + DAYS + " days ago).")
  private LocalDate from = LocalDate.now(ZoneOffset.UTC).minusDays(DAYS);

  @Option(
      names = "--to",
      paramLabel = "YYYY-MM-DD",
      description = "Day after the last one (default: today).")
  private LocalDate to = LocalDate.now(ZoneOffset.UTC);

  @Override
  public Integer call() throws IOException {
    Platform platform = data.runningPlatform("serving-api", "trino");
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/v1/restatements?from=%s&to=%s"
                .formatted(platform.config().ports().servingApi(), from, to));
    JsonNode rows =
        new ObjectMapper()
            .readTree(Http.get(uri, platform.secrets().reveal(Secrets.apiKey(Role.ADMIN))))
            .path("restatements");
    PrintWriter out = spec.commandLine().getOut();
    if (rows.isEmpty()) {
      out.printf("No final day from %s until before %s was restated.%n", from, to);
      return 0;
    }
    out.printf(LINE + "%n", "day", "revision", "publication", "gross", "valid", "cost", "", "why");
    for (JsonNode row : rows) {
      out.println(line(row));
    }
    out.flush();
    return 0;
  }

  private static String line(JsonNode row) {
    JsonNode change = row.path("change");
    return String.format(
        Locale.ROOT,
        LINE,
        row.path("day").asText(),
        row.path("revision").asText(),
        row.path("publication_id").asText(),
        String.format(Locale.ROOT, "%+,d", change.path("gross_clicks").asLong()),
        String.format(Locale.ROOT, "%+,d", change.path("valid_clicks").asLong()),
        String.format(
            Locale.ROOT, "%+,.6f", BigDecimal.valueOf(change.path("cost_micros").asLong(), MICROS)),
        row.path("currency").isNull() ? "" : row.path("currency").asText(),
        StreamSupport.stream(row.path("causes").spliterator(), false)
            .map(cause -> cause.asText().toLowerCase(Locale.ROOT).replace('_', ' '))
            .collect(Collectors.joining(", ")));
  }
}
