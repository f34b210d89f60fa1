package io.clickledger.serving.names;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.clickledger.metadata.MetadataMigrations;
import io.clickledger.metadata.MetadataStore;
import io.clickledger.sandbox.parts.PostgresServer;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Names of a PostgreSQL that stops and starts again. */
class NamesIT {

  private final PostgresServer postgres = PostgresServer.temporary();
  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Names names;

  @BeforeEach
  void start() {
    ((Logger) LoggerFactory.getLogger(Names.class)).addAppender(log);
    log.start();
    names = new Names(new MetadataStore(postgres.dataSource()), metrics);
  }

  @AfterEach
  void stop() {
    ((Logger) LoggerFactory.getLogger(Names.class)).detachAppender(log);
    names.close();
    postgres.close();
  }

  @Test
  void keepsTheNamesLastReadAndSaysOnceThatTheStoreIsAway() throws SQLException {
    MetadataMigrations.migrate(postgres.dataSource());
    execute("INSERT INTO metadata.publishers VALUES ('pub-1', 'News', 'news.example', 70)");
    names.refresh();
    assertThat(names.latest().publishers()).containsEntry("pub-1", "News");

    postgres.stop();
    names.refresh();
    names.refresh();
    assertThat(names.latest().publishers()).containsEntry("pub-1", "News");
    assertThat(log.list).hasSize(1);

    postgres.start();
    execute("UPDATE metadata.publishers SET name = 'Herald'");
    names.refresh();
    names.refresh();
    assertThat(names.latest().publishers()).containsEntry("pub-1", "Herald");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(2)
        .last()
        .isEqualTo("names are read again");
  }

  @Test
  void knowsNoNameBeforeTheStoreIsMadeAndHasThemOnceItIs() throws SQLException {
    names.refresh();
    assertThat(names.latest().publishers()).isEmpty();

    MetadataMigrations.migrate(postgres.dataSource());
    execute("INSERT INTO metadata.publishers VALUES ('pub-1', 'News', 'news.example', 70)");
    names.refresh();

    assertThat(names.latest().publishers()).containsEntry("pub-1", "News");
  }

  @Test
  void saysHowOldTheNamesAre() {
    MetadataMigrations.migrate(postgres.dataSource());
    clock.addSeconds(70);
    assertThat(age()).isEqualTo(70);

    names.refresh();
    assertThat(age()).isZero();

    postgres.stop();
    clock.addSeconds(30);
    names.refresh();
    assertThat(age()).isEqualTo(30);
  }

  private double age() {
    return metrics.get("clickledger.names.age").gauge().value();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
