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

/** Reads one publisher's totals from the serving API. */
record Api(URI base, String key, String publisher) {
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
        CLIENT.send(
            HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + key).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "GET " + uri + " answered " + response.statusCode() + ": " + response.body());
    }
    Oracle.Totals totals = Oracle.Totals.NONE;
    for (JsonNode row : JSON.readTree(response.body()).get("rows")) {
      totals = totals.plus(Oracle.Totals.reported(row));
    }
    return totals;
  }
}
