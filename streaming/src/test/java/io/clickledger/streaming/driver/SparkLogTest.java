package io.clickledger.streaming.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.util.Tasks;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.Test;

/** What the logging of spark-submit/ writes of what the engines say. */
class SparkLogTest {

  private final CommitFailedException conflict =
      new CommitFailedException("metadata location has changed");

  @Test
  void logsARetriedCommitInOneLine() {
    String said =
        written(
            Tasks.class,
            log -> log.warn("Retrying task: {}", conflict.getMessage(), (Throwable) conflict));

    assertThat(said)
        .containsPattern("Z WARN Tasks: Retrying task: metadata location has changed\n")
        .hasLineCount(1);
  }

  @Test
  void logsAnErrorWithItsStackTraceOnce() {
    String said = written(Tasks.class, log -> log.error("Failed to clean up", conflict));

    assertThat(said)
        .containsOnlyOnce("Failed to clean up")
        .contains("\tat " + getClass().getName());
  }

  @Test
  void logsEveryOtherWarningWithItsStackTrace() {
    String said = written(CommitFailedException.class, log -> log.warn("Odd", conflict));

    assertThat(said).containsOnlyOnce("Odd").contains("\tat " + getClass().getName());
  }

  private interface Saying {
    void to(Logger log);
  }

  private static String written(Class<?> by, Saying saying) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try (LoggerContext logging =
        new LoggerContext(
            "spark-submit", null, Path.of("../spark-submit/conf/log4j2.properties").toUri())) {
      logging.start();
      saying.to(logging.getLogger(by.getName()));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
