package io.clickledger.sandbox.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickledger.sandbox.parts.process.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** docs/sql.md on a platform that has published: what it shows is so. */
final class SqlPage {
  private static final Pattern STATEMENT = Pattern.compile("(?ms)^```sql\n(.*?)^```");

  private SqlPage() {}

  /**
   * Runs every statement of the page, and compares its seam and its tag with the reports.
   *
   * @param gross what reports say of all time
   * @param day a final day
   * @param grossOfDay what reports say of it
   */
  static void check(RunningPlatform platform, long gross, String day, long grossOfDay) {
    List<String> statements = statements();
    assertThat(statements).isNotEmpty();
    for (String statement : statements) {
      assertThat(platform.rows(statement)).as(statement).isPositive();
    }
    String seam = statements.stream().filter(sql -> sql.contains("UNION ALL")).findFirst().get();
    assertThat(platform.numbersByText(seam).values().stream().mapToLong(Long::longValue).sum())
        .as("clicks by the seam of the page")
        .isEqualTo(gross);
    assertThat(
            platform.number(
                "SELECT sum(gross_clicks) FROM billing.clicks_by_day FOR VERSION AS OF 'published'"
                    + " WHERE day = DATE '%s'".formatted(day)))
        .as("clicks of a day as it is published")
        .isEqualTo(grossOfDay);
    assertReadOnly(platform);
  }

  private static void assertReadOnly(RunningPlatform platform) {
    for (String refused :
        List.of(
            "DELETE FROM billing.clicks_by_day",
            "CALL lake.system.unregister_table('billing', 'clicks_by_day')",
            "SELECT count(user_hash) FROM raw.clicks")) {
      assertThatThrownBy(() -> platform.rows(refused)).hasStackTraceContaining("Access Denied");
    }
    assertThat(
            platform.number(
                "SELECT count(*) FROM information_schema.columns WHERE column_name LIKE '%hash'"))
        .as("columns with hashes of people that an analyst sees")
        .isZero();
  }

  private static List<String> statements() {
    try {
      String page = Files.readString(RepositoryRoot.find().resolve("docs/sql.md"));
      return STATEMENT.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
