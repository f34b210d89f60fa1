package io.clickledger.sandbox.launcher.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.launcher.folder.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An invoice that a person can follow from its total to single clicks.
 *
 * @param json the file that says the same as its page
 */
record DemoInvoice(Path json, JsonNode content) {
  private static final String JSON = ".json";

  /** The one that the job wrote, by the names of files that it printed. */
  static DemoInvoice written(String printed) {
    Path json =
        printed
            .lines()
            .map(String::strip)
            .filter(line -> line.endsWith(JSON))
            .map(Path::of)
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("the invoice's JSON file is not in: " + printed));
    try {
      return new DemoInvoice(json, new ObjectMapper().readTree(json.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + json, e);
    }
  }

  /** For people: its total, its page, and the command that shows the clicks of its first line. */
  String text(DataFolder data) {
    String number = content.path("number").asText();
    JsonNode section = content.path("sections").path(0);
    String text =
        """
        An invoice, from its total down to single clicks (docs/invoices.md):
          total        %s %s, %s
          page         %s"""
            .formatted(
                section.path("total").asText("0"),
                section.path("currency").asText(),
                content.path("state").asText(),
                json.resolveSibling(number + ".html"));
    return text + firstCharge(section).map(line -> clicks(line, number, data)).orElse("");
  }

  private static Optional<JsonNode> firstCharge(JsonNode section) {
    return StreamSupport.stream(section.path("lines").spliterator(), false)
        .filter(line -> line.path("entry").asText().equals("CHARGE"))
        .findFirst();
  }

  private static String clicks(JsonNode line, String number, DataFolder data) {
    return "\n  line %-7s %s, %s clicks, %s\n  its clicks   %s"
        .formatted(
            line.path("line").asText(),
            line.path("campaign_name").asText(),
            line.path("clicks").asText(),
            line.path("amount").asText(),
            data.command(
                "explain --invoice %s --campaign %s"
                    .formatted(number, line.path("campaign_id").asText())));
  }
}
