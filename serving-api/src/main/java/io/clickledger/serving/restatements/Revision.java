package io.clickledger.serving.restatements;

import io.clickledger.serving.reports.query.Measure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one revision of a UTC day changed in one currency.
 *
 * @param day as 2026-11-20
 * @param publishedAt ISO 8601, UTC
 * @param causes as billing.restatements names them
 * @param currency ISO 4217; null for clicks of ads that were unknown
 * @param changes after minus before, of each measure that is a sum
 */
record Revision(
    String day,
    int revision,
    String runId,
    long publicationId,
    String publishedAt,
    List<String> causes,
    String currency,
    Map<Measure, Long> changes) {

  static List<Revision> read(ResultSet rows) throws SQLException {
    List<Revision> revisions = new ArrayList<>();
    while (rows.next()) {
      Map<Measure, Long> changes = new EnumMap<>(Measure.class);
      for (Measure measure : Measure.values()) {
        if (measure.isSum()) {
          changes.put(measure, rows.getLong(measure.column()));
        }
      }
      String causes = rows.getString("causes");
      revisions.add(
          new Revision(
              rows.getString("day"),
              rows.getInt("revision"),
              rows.getString("run_id"),
              rows.getLong("publication_id"),
              rows.getString("published_at"),
              causes.isEmpty() ? List.of() : List.of(causes.split(",")),
              rows.getString("currency"),
              changes));
    }
    return revisions;
  }
}
