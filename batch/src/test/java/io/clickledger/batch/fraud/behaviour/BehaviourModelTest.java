package io.clickledger.batch.fraud.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.batch.billing.run.TestSpark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class BehaviourModelTest {
  private static final SparkSession SPARK = TestSpark.plain();
  private static final BehaviourModel MODEL = BehaviourModel.shipped();

  @Test
  void findsABotAroundTheClockAndNoPeople() {
    BehaviourRows rows =
        new BehaviourRows().regular("bot", "a", "pub-1", 200, Duration.ofMinutes(7));
    for (int person = 0; person < 50; person++) {
      rows.regular("person-" + person, "home-" + person, "pub-1", 3, Duration.ofMinutes(17));
    }

    ActorScores scores = MODEL.score(rows.day(SPARK));

    ActorScore bot = scores.find("bot", null, null, "pub-2").orElseThrow();
    assertThat(bot.kind()).isEqualTo(ActorKind.USER);
    assertThat(bot.score()).isBetween(0.9, 1.0);
    assertThat(bot.reasons()).isNotEmpty().allMatch(id -> !Feature.byId(id).text().isEmpty());
    assertThat(bot.reasons()).contains(Feature.REGULAR_INTERVALS.id());
    assertThat(scores.find("person-1", "home-1", "Browser", "pub-1")).isEmpty();
    assertThat(scores.find(null, null, null, "pub-1")).isEmpty();
    assertThat(scores.modelVersion()).isEqualTo(MODEL.version());
  }

  @Test
  void findsAMachineWithManyUserIdsByItsBrowser() {
    BehaviourRows rows = new BehaviourRows();
    for (int i = 0; i < 200; i++) {
      rows.click("id-" + i, "a", "pub-" + i % 5, BehaviourRows.MIDNIGHT.plusSeconds(430L * i));
    }

    ActorScores scores = MODEL.score(rows.day(SPARK));

    assertThat(scores.find("id-7", "a", "Browser", "pub-1").orElseThrow().kind())
        .isEqualTo(ActorKind.BROWSER);
    assertThat(scores.find("id-7", "a", "Other browser", "pub-1")).isEmpty();
  }

  @Test
  void aDayWithoutClicksHasNoActors() {
    assertThat(MODEL.score(new BehaviourRows().day(SPARK)).all()).isEmpty();
  }

  @Test
  void aModelIsReadAsItWasWritten() {
    assertThat(BehaviourModel.parse(MODEL.document())).isEqualTo(MODEL);
  }

  @Test
  void aDocumentWithAnotherFeatureIsRefused() {
    assertThatThrownBy(
            () -> BehaviourModel.parse(MODEL.document().replace("browser-crowd", "star-sign")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("browser-crowd of PUBLISHER_BROWSER must be a number");
    assertThatThrownBy(() -> BehaviourModel.parse("{}")).hasMessageContaining("must be a number");
  }

  @Test
  void noFeatureSpeaksForAnActor() {
    for (ActorKind kind : ActorKind.values()) {
      assertThat(MODEL.scorecards().get(kind).coefficients().values())
          .allMatch(value -> value >= 0)
          .anyMatch(value -> value > 0);
    }
  }

  @Test
  void everyReasonHasAnIdAndWords() {
    assertThat(Arrays.stream(Feature.values()).map(Feature::id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"));
    assertThat(Arrays.stream(Feature.values()).map(Feature::text)).noneMatch(String::isBlank);
  }

  @Test
  void theActorWithTheHighestScoreIsFound() {
    ActorScore user = new ActorScore(ActorKind.USER, List.of("u"), 9, 0.96, List.of("crowd"));
    ActorScore browser =
        new ActorScore(ActorKind.BROWSER, List.of("a", "b"), 9, 0.99, List.of("clockwork-of-many"));
    ActorScore publisher =
        new ActorScore(
            ActorKind.PUBLISHER_BROWSER, List.of("a", "b", "p"), 9, 0.97, List.of("crowd"));

    ActorScores scores = new ActorScores("1", List.of(user, browser, publisher));

    assertThat(scores.find("u", "a", "b", "p")).contains(browser);
    assertThat(scores.find("u", "a", "other", "p")).contains(user);
    assertThat(scores.find("other", "other", "b", "p")).isEmpty();
    assertThat(scores.all()).containsExactlyInAnyOrder(user, browser, publisher);
  }

  @Test
  void scoresTravelToTasks() throws IOException, ClassNotFoundException {
    ActorScores scores =
        new ActorScores(
            "1", List.of(new ActorScore(ActorKind.USER, List.of("u"), 9, 0.99, List.of("crowd"))));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(scores);

    Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

    assertThat(((ActorScores) read).find("u", null, null, "p")).isPresent();
  }
}
