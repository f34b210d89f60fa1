package io.clickledger.batch.fraud.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.schemas.RawClicks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class DayFeaturesTest {
  private static final SparkSession SPARK = TestSpark.plain();
  private static final Instant MIDNIGHT = BehaviourRows.MIDNIGHT;

  @Test
  void clockworkIsRegularAndSleepless() {
    BehaviourRows rows = new BehaviourRows();
    rows.regular("bot", "a", "p", 143, Duration.ofMinutes(10));
    Random random = new Random(1);
    for (int i = 0; i < 143; i++) {
      rows.click("person", "b", "p", MIDNIGHT.plusSeconds(21_600 + random.nextInt(50_000)));
    }

    Map<String, Row> users = users(rows);

    assertThat(feature(users.get("bot"), Feature.CLOCKWORK)).isGreaterThan(0.9);
    assertThat(feature(users.get("person"), Feature.NO_SLEEP)).isZero();
    assertThat(feature(users.get("person"), Feature.CLOCKWORK)).isZero();
    assertThat(feature(users.get("person"), Feature.REGULAR_INTERVALS))
        .isLessThan(feature(users.get("bot"), Feature.REGULAR_INTERVALS) / 2);
  }

  @Test
  void whoSleepsAcrossMidnightSleeps() {
    BehaviourRows rows = new BehaviourRows();
    for (int minute = 4 * 60; minute < 20 * 60; minute += 10) {
      rows.click("person", "a", "p", MIDNIGHT.plus(Duration.ofMinutes(minute)));
    }

    assertThat(feature(users(rows).get("person"), Feature.NO_SLEEP)).isZero();
  }

  @Test
  void flaggedAndRepeatedClicksCountForNobody() {
    BehaviourRows rows = new BehaviourRows();
    for (int i = 0; i < 5; i++) {
      Instant at = MIDNIGHT.plusSeconds(3_600L * i);
      rows.click("id-" + i, "user", "a", "p", at).click("id-" + i, "user", "a", "p", at);
      rows.click("robot", "a", "p", at, "known-robot");
    }

    Map<String, Row> users = users(rows);

    assertThat(users).containsOnlyKeys("user");
    assertThat(users.get("user").<Long>getAs("clicks")).isEqualTo(5);
  }

  @Test
  void aUserIdOfManyAddressesIsNobody() {
    BehaviourRows rows = new BehaviourRows();
    for (int i = 0; i < 200; i++) {
      rows.click("undefined", "address-" + i, "p", MIDNIGHT.plusSeconds(400L * i));
    }

    assertThat(users(rows)).isEmpty();
  }

  @Test
  void readersBehindOneAddressAreACrowdOnlyWhereUnusual() {
    BehaviourRows rows = new BehaviourRows();
    for (int user = 0; user < 100; user++) {
      // At carrier-1, half read pub-1 and half pub-2, as everywhere; at carrier-2, all read pub-1.
      for (int i = 0; i < 4; i++) {
        Instant at = MIDNIGHT.plusSeconds(7_000L * i + user);
        rows.click("one-" + user, "carrier-1", user % 2 == 0 ? "pub-1" : "pub-2", at);
        rows.click("two-" + user, "carrier-2", "pub-1", at);
        for (int home = 0; home < 3; home++) {
          rows.click("home-" + user + home, "home-" + user + home, "pub-2", at);
        }
      }
    }

    Map<String, Row> users = users(rows);

    assertThat(feature(users.get("one-0"), Feature.CROWD)).isCloseTo(0, within(0.6));
    assertThat(feature(users.get("two-0"), Feature.CROWD)).isGreaterThan(1);
    assertThat(feature(users.get("home-00"), Feature.CROWD)).isZero();
  }

  private static double feature(Row actor, Feature feature) {
    return actor.<Number>getAs(feature.id()).doubleValue();
  }

  private static Map<String, Row> users(BehaviourRows rows) {
    List<Row> users =
        DayFeatures.with(rows.day(SPARK), features -> features.get(ActorKind.USER).collectAsList());
    return users.stream()
        .collect(Collectors.toMap(row -> row.getAs(RawClicks.USER_HASH), Function.identity()));
  }
}
