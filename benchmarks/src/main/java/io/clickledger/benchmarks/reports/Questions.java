package io.clickledger.benchmarks.reports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** What dashboards ask: a few dashboards much more often than the others, mostly about today. */
final class Questions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double OLDER_SHARE = 0.1;

  private final List<String> filters;
  private final double[] cumulated;
  private final Random random = new Random(1);

  /**
   * @param filters of the dashboards
   */
  private Questions(List<String> filters) {
    this.filters = filters;
    this.cumulated = new double[filters.size()];
    double sum = 0;
    for (int i = 0; i < cumulated.length; i++) {
      sum += 1.0 / (i + 1);
      cumulated[i] = sum;
    }
  }

  /** Dashboards of the campaigns and countries that clicks have now. */
  static Questions of(
      Function<URI, HttpRequest> request, HttpClient client, URI api, int dashboards)
      throws IOException, InterruptedException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    URI uri =
        api.resolve(
            "/v1/reports/clicks?from=%s&to=%s&group_by=campaign_id,geo_country&measures=gross_clicks&order_by=-gross_clicks&limit=%d"
                .formatted(today.minusDays(7), today.plusDays(1), dashboards));
    HttpResponse<String> answer =
        client.send(request.apply(uri), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(uri + " answered " + answer.statusCode() + ": " + answer.body());
    }
    List<String> filters = new ArrayList<>();
    for (JsonNode row : JSON.readTree(answer.body()).path("rows")) {
      filters.add(filter(row, "campaign_id") + filter(row, "geo_country"));
    }
    if (filters.isEmpty()) {
      throw new IllegalStateException("no clicks in the last week at " + api);
    }
    return new Questions(filters);
  }

  private static String filter(JsonNode row, String name) {
    String value = row.path(name).isNull() ? "" : row.path(name).asText();
    return "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  int dashboards() {
    return filters.size();
  }

  /** The path of a question that somebody asks now. */
  String next() {
    double at = random.nextDouble() * cumulated[cumulated.length - 1];
    int dashboard = 0;
    while (cumulated[dashboard] < at) {
      dashboard++;
    }
    return "/v1/reports/clicks?"
        + (random.nextDouble() < OLDER_SHARE ? older() : recent(random.nextInt(6)))
        + filters.get(dashboard);
  }

  private static String recent(int question) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    String days = "from=%s&to=" + today.plusDays(1);
    return switch (question) {
      case 0 ->
          "granularity=minute&measures=valid_clicks,gross_clicks&from=%s&to=%s"
              .formatted(minute.minus(59, ChronoUnit.MINUTES), minute.plusSeconds(60));
      case 1 -> days.formatted(today.minusDays(1)) + "&granularity=day";
      case 2 ->
          days.formatted(today.minusDays(1))
              + "&granularity=hour&time_zone=Europe/Berlin&measures=valid_clicks";
      case 3 -> days.formatted(today) + "&group_by=ad_id&order_by=-valid_clicks&limit=20";
      case 4 -> days.formatted(today.minusDays(6)) + "&group_by=device_type";
      default ->
          days.formatted(today) + "&measures=unique_users,valid_clicks&group_by=publisher_id";
    };
  }

  private static String older() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    return "from=%s&to=%s&granularity=day".formatted(today.minusDays(30), today.minusDays(1));
  }
}
