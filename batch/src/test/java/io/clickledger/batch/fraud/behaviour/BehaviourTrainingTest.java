package io.clickledger.batch.fraud.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.run.TestSpark;
import io.clickledger.sandbox.simulator.traffic.Label;
import io.clickledger.sandbox.simulator.traffic.SimulatedClick;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class BehaviourTrainingTest {
  private static final SparkSession SPARK = TestSpark.plain();

  @Test
  void trainsTheSameModelThatFindsAnotherDaysBots() {
    Dataset<Row> day = rows(clicks(2));

    BehaviourModel model = train(day);

    assertThat(train(day).document()).isEqualTo(model.document());
    List<SimulatedClick> other = clicks(3);
    ActorScores scores = model.score(rows(other));
    List<SimulatedClick> bots =
        other.stream().filter(click -> click.label() == Label.SLOW_BOT).toList();
    assertThat(bots.stream().filter(click -> isFound(click, scores)).count())
        .isGreaterThan(bots.size() * 8L / 10);
  }

  private static boolean isFound(SimulatedClick click, ActorScores scores) {
    return scores
        .find(click.userId(), SimulatedDay.address(click), click.userAgent(), click.publisherId())
        .isPresent();
  }

  private static BehaviourModel train(Dataset<Row> day) {
    return new BehaviourTraining(List.of(day), sentence -> {}).train("test", "a day");
  }

  private static List<SimulatedClick> clicks(long seed) {
    return SimulatedDay.clicks(seed, 30_000, "slow-bots=0.1");
  }

  private static Dataset<Row> rows(List<SimulatedClick> clicks) {
    return SimulatedDay.rows(SPARK, clicks, SimulatedDay::labelFlags);
  }
}
