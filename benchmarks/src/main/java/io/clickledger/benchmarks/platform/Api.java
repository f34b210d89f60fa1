package io.clickledger.benchmarks.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickledger.sandbox.simulator.oracle.Oracle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** Reads one publisher's totals from the serving API. */
record Api(URI base, String publisher) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** The totals as a report gives them now. */
  Oracle.Totals totals() throws IOException, InterruptedException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    URI uri =
        base.resolve(
            "/v1/reports/clicks?granularity=total&publisher_id=%s&from=%sT00:00:00Z&to=%sT00:00:00Z"
                .formatted(publisher, today.minusDays(9), today.plusDays(1)));
    HttpResponse<String> response =
        CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "GET " + uri + " answered " + response.statusCode() + ": " + response.body());
    }
    long gross = 0;
    long duplicate = 0;
    long generalInvalid = 0;
    long sophisticatedInvalid = 0;
    long valid = 0;
    Map<String, Long> cost = new TreeMap<>();
    for (JsonNode row : JSON.readTree(response.body()).get("rows")) {
      gross += row.get("gross_clicks").asLong();
      duplicate += row.get("duplicate_clicks").asLong();
      generalInvalid += row.get("general_invalid_clicks").asLong();
      sophisticatedInvalid += row.get("sophisticated_invalid_clicks").asLong();
      valid += row.get("valid_clicks").asLong();
      long micros = row.get("cost_micros").asLong();
      if (micros != 0) {
        cost.merge(row.get("currency").asText(), micros, Long::sum);
      }
    }
    return new Oracle.Totals(gross, duplicate, generalInvalid, sophisticatedInvalid, valid, cost);
  }
}
