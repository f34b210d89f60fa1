package io.clickledger.serving;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The check that every test's answers pass refuses what openapi.yaml does not promise. */
class ContractTest {

  private static final String ROW =
      """
      {"start": "2026-11-20T00:00:00+01:00", "end": "2026-11-21T00:00:00+01:00", %s
       "finality": "final", "basis": "final", "revision": 0, "open": true}
      """;

  private static final String REPORT =
      """
      {"as_of": "2026-11-21T14:37:12Z", "through": null, "publication_id": null, "published_at": null,
       "closed_before": null, "snapshot_ids": {"live.clicks_by_minute": "1"},
       "freshness": {"landed_through": null, "seconds_behind": null}, "pending_late_clicks": 0,
       "stale": false, "truncated": false, "restatements": [], "rows": [%s],
       "query": {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z", "granularity": "day",
         "time_zone": "UTC", "group_by": [], "filters": {}, "measures": [], "order_by": [], "limit": null}}
      """;

  private static final String PROBLEM =
      """
      {"type": "urn:clickledger:problem:x", "title": "X", "status": 400, "detail": "x", "request_id": "r" %s}
      """;

  private final Contract contract = Contract.read();

  @Test
  void takesWhatIsPromised() {
    assertThatCode(report("\"valid_clicks\": 3,")).doesNotThrowAnyException();
    assertThatCode(problem(400, "")).doesNotThrowAnyException();
    assertThatCode(answer("GET", "/v1/nothing", 404, PROBLEM.formatted("")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesFieldsThatAreNotPromised() {
    assertThatThrownBy(report("\"clicks\": 3,")).hasMessageContaining("clicks");
    assertThatThrownBy(problem(400, ", \"secret\": 1")).hasMessageContaining("secret");
    assertThatThrownBy(problem(401, ", \"errors\": []")).hasMessageContaining("errors");
  }

  @Test
  void refusesValuesOfAnotherType() {
    assertThatThrownBy(report("\"valid_clicks\": \"3\",")).hasMessageContaining("valid_clicks");
    assertThatThrownBy(report("\"start\": \"2026-11-20 00:00\",")).hasMessageContaining("start");
  }

  @Test
  void refusesStatusesMediaTypesAndHeadersThatAreNotPromised() {
    assertThatThrownBy(problem(418, "")).hasMessageContaining("the status is not promised");
    assertThatThrownBy(problem(500, "")).hasMessageContaining("the status is not promised");
    assertThatThrownBy(answer("POST", "/v1/reports/clicks", 200, "{}"))
        .hasMessageContaining("the status is not promised");
    assertThatThrownBy(
            () ->
                contract.check(
                    "GET",
                    "/health",
                    200,
                    Map.of("Content-Type", List.of("text/html"), "X-Powered-By", List.of("x")),
                    "{}"))
        .hasMessageContaining("text/html")
        .hasMessageContaining("X-Powered-By")
        .hasMessageContaining("header X-Request-Id is missing");
    assertThatThrownBy(
            () ->
                contract.check(
                    "GET",
                    "/v1/reports/clicks",
                    503,
                    Map.of(
                        "Content-Type",
                        List.of("application/problem+json"),
                        "Retry-After",
                        List.of("soon")),
                    PROBLEM.formatted("")))
        .hasMessageContaining("Retry-After")
        .hasMessageContaining("X-Request-Id");
  }

  private static Map<String, List<String>> headers(String type) {
    return Map.of("content-type", List.of(type), "x-request-id", List.of("r"));
  }

  private ThrowingCallable report(String fields) {
    return () ->
        contract.check(
            "GET",
            "/v1/reports/clicks",
            200,
            headers("application/json"),
            REPORT.formatted(ROW.formatted(fields)));
  }

  private ThrowingCallable problem(int status, String fields) {
    return answer("GET", "/v1/reports/clicks", status, PROBLEM.formatted(fields));
  }

  private ThrowingCallable answer(String method, String path, int status, String body) {
    return () -> contract.check(method, path, status, headers("application/problem+json"), body);
  }
}
