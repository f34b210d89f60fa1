package io.clickledger.batch.fraud.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.batch.fraud.behaviour.ActorScores;
import io.clickledger.batch.fraud.behaviour.BehaviourModel;
import io.clickledger.programs.ExitCode;
import io.clickledger.programs.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainFraudModelJobTest {
  private static final SparkSession SPARK = TestSpark.plain();
  private static final LocalDate DAY = LocalDate.parse("2026-11-20");

  @TempDir private static Path folder;

  /** Ten bots with a click every ten minutes, and sixty people with five clicks by day. */
  @BeforeAll
  static void makeClicks() {
    SPARK.sql("CREATE DATABASE raw LOCATION '" + folder.resolve("raw") + "'");
    SPARK.sql(
        """
        CREATE TABLE raw.clicks USING parquet AS
        SELECT concat('bot-', id) AS click_id,
          timestamp_seconds(unix_seconds(TIMESTAMP '2026-11-20') + id DIV 10 * 600 + id % 10)
            AS clicked_at,
          'pub-1' AS publisher_id, 'Browser' AS user_agent, CAST(array() AS ARRAY<STRING>) AS fraud_flags,
          concat('bot-', id % 10) AS ip_hash, concat('bot-', id % 10) AS user_hash
        FROM range(1430)
        UNION ALL
        SELECT concat('person-', id),
          timestamp_seconds(unix_seconds(TIMESTAMP '2026-11-20') + 21600 + pmod(hash(id), 57600)),
          'pub-1', 'Browser', CAST(array() AS ARRAY<STRING>),
          concat('person-', id % 60), concat('person-', id % 60)
        FROM range(300)
        """);
  }

  @AfterAll
  static void dropClicks() {
    SPARK.sql("DROP DATABASE raw CASCADE");
  }

  @Test
  void learnsBotsFromTheirLabels() throws IOException {
    Path labels = folder.resolve("labels.jsonl");
    Files.writeString(
        labels,
        IntStream.range(0, 1430)
            .mapToObj(
                i ->
                    "{\"click_id\":\"bot-%d\",\"invalid\":true,\"label\":\"SLOW_BOT\"}\n"
                        .formatted(i))
            .collect(Collectors.joining()));

    BehaviourModel model =
        new TrainFraudModelJob(SPARK, sentence -> {}).run(List.of(DAY), List.of(labels), "7");

    ActorScores scores = model.score(SPARK.table("raw.clicks"));
    for (int i = 0; i < 10; i++) {
      assertThat(scores.find("bot-" + i, null, null, "pub-1")).isPresent();
    }
    for (int i = 0; i < 60; i++) {
      assertThat(scores.find("person-" + i, "person-" + i, "Browser", "pub-1")).isEmpty();
    }
    assertThat(BehaviourModel.parse(model.document())).isEqualTo(model);
  }

  @Test
  void refusesADayOfWhichNothingIsKnown() throws IOException {
    Path labels = folder.resolve("none.jsonl");
    Files.writeString(labels, "{\"click_id\":\"another\",\"invalid\":true}\n");

    assertThatThrownBy(
            () ->
                new TrainFraudModelJob(SPARK, sentence -> {})
                    .run(List.of(DAY), List.of(labels), "7"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no click of 2026-11-20 is known to be invalid");
  }

  @Test
  void theProgramNamesTheOptionThatIsMissing() {
    StringWriter err = new StringWriter();

    int exit =
        new TrainFraudModelMain()
            .execute(
                new String[] {"--date", "2026-11-20"},
                Map.of(),
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true));

    assertThat(exit).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(err.toString()).contains("--labels", "--model-version", "--output");
  }
}
