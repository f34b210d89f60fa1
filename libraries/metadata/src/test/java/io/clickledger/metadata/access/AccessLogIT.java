package io.clickledger.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.metadata.TestDatabase;
import io.clickledger.metadata.access.AccessLogCheck.Head;
import io.clickledger.metadata.access.LogEntry.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The log, and what somebody does to it who may do everything to the database. */
class AccessLogIT {

  private TestDatabase database = TestDatabase.migrated();
  private AccessLog log = new AccessLog(database.source());

  private static LogEntry entry(String object) {
    return new LogEntry(
        "key:aaaaaaaaaaaa", "finance", "", "GET /v1/restatements", object, Outcome.ALLOWED);
  }

  private void appendFive() {
    for (int i = 1; i <= 5; i++) {
      log.append(List.of(entry("from=2026-11-0" + i)));
    }
  }

  private List<String> faults() {
    return AccessLogCheck.run(database.source(), Optional.empty()).faults();
  }

  /** What the triggers refuse, done by one who turns them off. */
  private void tamper(String... statements) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("SET LOCAL session_replication_role = replica");
              for (String statement : statements) {
                assertThat(handle.execute(statement)).as(statement).isPositive();
              }
            });
  }

  @Test
  void findsNothingInAnUnchangedLog() {
    log.append(List.of(entry("größer, 'quoted' \uD83D\uDE00"), entry(""), entry("a,1:b")));

    assertThat(faults()).isEmpty();
    assertThat(AccessLogCheck.run(database.source(), Optional.empty()).head().entryNumber())
        .isEqualTo(3);
  }

  @Test
  void findsNothingInAnEmptyLog() {
    assertThat(faults()).isEmpty();
  }

  @Test
  void findsThatTheHeadIsMissing() {
    tamper("DELETE FROM access.log_head");

    assertThat(faults()).containsExactly("the head of the log, which every log has, is missing");
  }

  @Test
  void refusesEveryChange() {
    appendFive();

    for (String change :
        List.of(
            "UPDATE access.log SET actor = 'x'",
            "DELETE FROM access.log",
            "TRUNCATE access.log",
            "UPDATE access.log_head SET entry_number = 1",
            "DELETE FROM access.log_head",
            "TRUNCATE access.log_head")) {
      assertThatThrownBy(() -> database.execute(change))
          .as(change)
          .hasMessageContaining("the log only grows");
    }
  }

  @Test
  void findsAChangedEntry() {
    for (String change :
        List.of(
            "actor = 'key:bbbbbbbbbbbb'",
            "role = 'admin'",
            "scope = 'x'",
            "action = 'x'",
            "object = 'x'",
            "outcome = 'refused'",
            "logged_at = logged_at + interval '1 microsecond'",
            "previous_hash = sha256('x')",
            "entry_hash = sha256('x')")) {
      database = TestDatabase.migrated();
      log = new AccessLog(database.source());
      appendFive();

      tamper("UPDATE access.log SET " + change + " WHERE entry_number = 3");

      assertThat(faults()).as(change).isNotEmpty().first().asString().contains("entry 3 ");
    }
  }

  @Test
  void findsMissingEntriesWhereverTheyWere() {
    appendFive();
    tamper("DELETE FROM access.log WHERE entry_number = 1");
    assertThat(faults()).containsExactly("entry 1 is missing");

    tamper("DELETE FROM access.log WHERE entry_number = 3");
    assertThat(faults()).containsExactly("entry 1 is missing", "entry 3 is missing");

    tamper("DELETE FROM access.log WHERE entry_number > 3");
    assertThat(faults()).containsExactly("entry 1 is missing", "entries 3 to 5 are missing");
  }

  @Test
  void findsAMissingEntryBehindAReusedNumber() {
    appendFive();

    tamper(
        "DELETE FROM access.log WHERE entry_number = 3",
        "UPDATE access.log SET entry_number = 3 WHERE entry_number = 4",
        "UPDATE access.log SET entry_number = 4 WHERE entry_number = 5",
        "UPDATE access.log_head SET entry_number = 4");

    assertThat(faults())
        .contains("entry 3 does not follow entry 2: they were reordered, or one was replaced");
  }

  @Test
  void findsReorderedEntries() {
    appendFive();

    tamper(
        "UPDATE access.log SET entry_number = -1 WHERE entry_number = 2",
        "UPDATE access.log SET entry_number = 2 WHERE entry_number = 4",
        "UPDATE access.log SET entry_number = 4 WHERE entry_number = -1");

    assertThat(faults())
        .contains(
            "entry 2 does not follow entry 1: they were reordered, or one was replaced",
            "entry 4 is not as it was written, or not in its place");
  }

  @Test
  void findsARewrittenChainByAHeadNotedBefore() {
    appendFive();
    Head noted = AccessLogCheck.run(database.source(), Optional.empty()).head();
    tamper(
        "DELETE FROM access.log",
        "UPDATE access.log_head SET entry_number = 0, entry_hash = decode(repeat('00', 32), 'hex')");
    assertThat(AccessLogCheck.run(database.source(), Optional.of(noted)).faults())
        .containsExactly("entry 5, which was noted, is missing");

    appendFive();
    log.append(List.of(entry("a later one")));

    assertThat(faults()).isEmpty();
    assertThat(AccessLogCheck.run(database.source(), Optional.of(noted)).faults())
        .containsExactly("entry 5 is not the one that was noted");
  }

  @Test
  void chainsEntriesOfSeveralWriters() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(
          pool.submit(
              () -> {
                for (int j = 0; j < 25; j++) {
                  log.append(List.of(entry("x"), entry("y")));
                }
              }));
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    pool.shutdown();

    assertThat(faults()).isEmpty();
    assertThat(database.text("SELECT count(*) FROM access.log")).isEqualTo("200");
  }

  @Test
  void writesNoKeyAndNothingThatIsTooLong() {
    String key = "clk_aaaaaaaaaaaa_" + "s".repeat(43);
    log.append(List.of(entry("key=" + key + "\u0000" + "ä".repeat(5000))));

    assertThat(database.text("SELECT object FROM access.log"))
        .startsWith("key=clk_***?ä")
        .hasSize(1000);
    assertThat(faults()).isEmpty();
  }

  @Test
  void writesNoCredentialInWhateverPartItStands() {
    String key = "clk_aaaaaaaaaaaa_" + "s".repeat(43);
    String token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzc3NzIn0.ssss-ssss";
    log.append(
        List.of(
            new LogEntry(key, token, key, "GET /v1/" + key, "401", Outcome.REFUSED),
            new LogEntry("nobody", "", token, "GET /v1/" + token, token + "x", Outcome.REFUSED)));

    assertThat(
            database.texts(
                "SELECT concat_ws(' ', actor, role, scope, action, object) FROM access.log"
                    + " ORDER BY entry_number"))
        .containsExactly(
            "clk_*** eyJ*** clk_*** GET /v1/clk_*** 401", "nobody  eyJ*** GET /v1/eyJ*** eyJ***");
  }

  @Test
  void letsARoleAddEntriesThatMayDoNothingElse() {
    database.execute("CREATE ROLE " + role() + " LOGIN PASSWORD 'x'");
    database.execute("GRANT USAGE ON SCHEMA access, metadata TO " + role());
    database.execute(
        "GRANT INSERT (actor, role, scope, action, object, outcome) ON access.log TO " + role());

    database
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute("SET ROLE " + role());
              AccessLog.append(handle, entry("x"));
              assertThatThrownBy(
                      () -> handle.execute("UPDATE access.log_head SET entry_number = 0"))
                  .hasMessageContaining("permission denied");
              assertThatThrownBy(() -> handle.execute("DELETE FROM access.log"))
                  .hasMessageContaining("permission denied");
              handle.execute("RESET ROLE");
            });

    assertThat(faults()).isEmpty();
  }

  private String role() {
    return "api_" + database.text("SELECT current_database()");
  }
}
