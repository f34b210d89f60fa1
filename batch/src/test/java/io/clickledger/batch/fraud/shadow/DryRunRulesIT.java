package io.clickledger.batch.fraud.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickledger.batch.billing.input.BillingRunDays;
import io.clickledger.batch.billing.run.BillingLake;
import io.clickledger.batch.billing.run.BillingRunOutcome;
import io.clickledger.batch.billing.run.TestClick;
import io.clickledger.metadata.FraudRulesPublication;
import io.clickledger.programs.RefusedException;
import io.clickledger.rules.fraud.FraudRules;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What rules in shadow would change, against what they change when they are switched on. */
class DryRunRulesIT {
  private static final LocalDate DAY = LocalDate.parse("2026-11-17");
  private static final Set<String> IN_SHADOW =
      Set.of("prefetch", "repeat-click", "velocity-user-1m");

  private static BillingLake lake;

  @BeforeAll
  static void start() throws IOException {
    lake = BillingLake.migrated();
    lake.metadata(
        "INSERT INTO metadata.advertisers VALUES ('v-1', 'One', 'Europe/Paris', 'EUR'),"
            + " ('v-2', 'Two', 'America/New_York', 'USD')",
        "INSERT INTO metadata.campaigns (campaign_id, advertiser_id, name, starts_on) VALUES"
            + " ('c-1', 'v-1', 'C1', '2026-01-01'), ('c-2', 'v-2', 'C2', '2026-01-01')",
        "INSERT INTO metadata.ads VALUES ('ad-1', 'c-1', 'A1', 250000),"
            + " ('ad-2', 'c-2', 'A2', 70000)",
        "INSERT INTO metadata.publishers VALUES ('publisher-1', 'P1', 'news.example', 70),"
            + " ('publisher-2', 'P2', 'sport.example', 70)");
    publish("test.1", true);
    Random random = new Random(5);
    Instant noon = BillingRunDays.start(DAY).plus(Duration.ofHours(12));
    List<TestClick> clicks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      clicks.add(click(random, i, noon.plusSeconds(random.nextInt(200))));
    }
    lake.land(noon.plusSeconds(700), clicks);
  }

  @AfterAll
  static void end() {
    lake.close();
  }

  @Test
  void saysWhatSwitchingRulesOnChanges() throws IOException {
    assertThat(night()).isInstanceOf(BillingRunOutcome.Published.class);

    assertThat(ids("shadow_reasons")).isEqualTo(IN_SHADOW);
    assertThat(ids("reasons")).doesNotContainAnyElementsOf(IN_SHADOW).contains("data-centre");
    Map<String, String> before = validClicks();
    List<String> lines = dryRun(1000);

    assertThat(lines.get(0))
        .isEqualTo("changed_by,advertiser_id,publisher_id,currency,clicks,cost_micros");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("repeat-click,v-2,publisher-1,USD,"))
        .anyMatch(line -> line.startsWith("prefetch,,publisher-2,,"))
        .anyMatch(line -> line.startsWith("velocity-user-1m,*,*,EUR,"));
    assertThat(dryRun(2)).as("the totals and two rows").hasSize(4 * 3 + 1 + 2);
    assertThatThrownBy(
            () -> new DryRunRulesJob(lake.spark(), line -> {}).run(DAY, DAY.plusDays(2), 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("through which days are final, was 2026-11-19");

    publish("test.2", false);
    assertThat(night()).isInstanceOf(BillingRunOutcome.Published.class);

    assertThat(ids("shadow_reasons")).isEmpty();
    assertThat(ids("reasons")).containsAll(IN_SHADOW);
    assertThat(changes(before, validClicks())).isNotEmpty().isEqualTo(ofAll(lines));
    assertThat(dryRun(1000)).as("nothing is in shadow").hasSize(1);
  }

  private static TestClick click(Random random, int i, Instant clickedAt) {
    TestClick click =
        TestClick.click("id-" + i, clickedAt.toString())
            .by("user-" + random.nextInt(8), "ad-" + random.nextInt(3), null);
    int flag = random.nextInt(10);
    return new TestClick(
        click.clickId(),
        click.clickedAt(),
        click.adId(),
        "publisher-" + (1 + random.nextInt(2)),
        null,
        click.geoCountry(),
        click.deviceType(),
        flag == 0 ? List.of("prefetch") : flag == 1 ? List.of("data-centre") : List.of(),
        click.userHash(),
        null,
        null);
  }

  private static void publish(String version, boolean shadow) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode document = (ObjectNode) mapper.readTree(FraudRules.shipped().document());
    document.put("version", version);
    for (JsonNode rule : document.get("rules")) {
      if (IN_SHADOW.contains(rule.get("id").asText())) {
        ((ObjectNode) rule).put("shadow", shadow);
      }
    }
    FraudRulesPublication.publish(
        lake.postgres().dataSource(), FraudRules.parse(mapper.writeValueAsString(document)));
  }

  private static BillingRunOutcome night() {
    return lake.night(DAY, BillingRunDays.start(DAY.plusDays(1)).plus(Duration.ofHours(2)));
  }

  private static List<String> dryRun(int limit) {
    List<String> lines = new ArrayList<>();
    new DryRunRulesJob(lake.spark(), lines::add).run(DAY, DAY.plusDays(1), limit);
    return lines;
  }

  private static Set<String> ids(String column) {
    return Set.copyOf(
        lake
            .spark()
            .sql("SELECT DISTINCT explode(" + column + ") FROM fraud.click_verdicts")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList());
  }

  /** Published valid clicks and their cost, by advertiser, publisher and currency. */
  private static Map<String, String> validClicks() {
    Map<String, String> sums = new TreeMap<>();
    for (Row row :
        lake.spark()
            .sql(
                "SELECT concat_ws(',', coalesce(advertiser_id, ''), publisher_id,"
                    + " coalesce(currency, '')), sum(valid_clicks), sum(cost_micros)"
                    + " FROM billing.clicks_by_day GROUP BY advertiser_id, publisher_id, currency")
            .collectAsList()) {
      sums.put(row.getString(0), row.getLong(1) + "," + row.getLong(2));
    }
    return sums;
  }

  private static Map<String, String> changes(
      Map<String, String> before, Map<String, String> after) {
    Map<String, String> changes = new TreeMap<>();
    before.forEach(
        (key, sums) -> {
          String[] was = sums.split(",");
          String[] is = after.get(key).split(",");
          changes.put(
              key,
              (Long.parseLong(was[0]) - Long.parseLong(is[0]))
                  + ","
                  + (Long.parseLong(was[1]) - Long.parseLong(is[1])));
        });
    return changes;
  }

  private static Map<String, String> ofAll(List<String> lines) {
    Map<String, String> changes = new TreeMap<>();
    for (String line : lines) {
      String[] cells = line.split(",");
      if (cells[0].equals("*") && !cells[1].equals("*")) {
        changes.put(String.join(",", cells[1], cells[2], cells[3]), cells[4] + "," + cells[5]);
      }
    }
    return changes;
  }
}
