package io.clickledger.serving.reports.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.plan.ReportRow;
import io.clickledger.serving.reports.plan.Restatement;
import io.clickledger.serving.reports.query.Dimension;
import io.clickledger.serving.reports.query.Measure;
import io.clickledger.serving.reports.query.Order;
import io.clickledger.serving.reports.query.Periods;
import io.clickledger.serving.reports.query.ReportParameters;
import io.clickledger.serving.reports.query.ReportQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A report as JSON: what it is worth, what was asked, the rows. */
final class ReportJson {

  private static final JsonFactory JSON = new JsonFactory();

  private ReportJson() {}

  /**
   * @param totals sums of all rows, where they are wanted
   */
  static byte[] write(ReportAnswer answer, Optional<ReportAnswer> totals, NameColumns names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      PinJson.write(answer.pin(), answer.freshness(), json);
      json.writeBooleanField("stale", answer.isStale());
      writeQuery(answer.query(), json);
      json.writeBooleanField("truncated", answer.rows().isTruncated());
      writeRows("rows", answer, names, json);
      if (totals.isPresent()) {
        writeRows("totals", totals.get(), NameColumns.NONE, json);
      }
      writeRestatements(answer.rows().restatements(), json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The instant on the zone's clocks, with their offset. */
  static String local(Instant instant, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
  }

  private static void writeQuery(ReportQuery query, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("query");
    json.writeStringField(ReportParameters.FROM, local(query.from(), query.zone()));
    json.writeStringField(ReportParameters.TO, local(query.to(), query.zone()));
    json.writeStringField(ReportParameters.GRANULARITY, query.granularity().word());
    // java.time calls UTC as a zone Z, which IANA does not know.
    String zone = query.zone().getId();
    json.writeStringField(ReportParameters.TIME_ZONE, zone.equals("Z") ? "UTC" : zone);
    write(
        ReportParameters.GROUP_BY, query.groupBy().stream().map(Dimension::column).toList(), json);
    json.writeObjectFieldStart("filters");
    for (Map.Entry<Dimension, Set<String>> filter : query.filters().entrySet()) {
      write(filter.getKey().column(), filter.getValue(), json);
    }
    for (Map.Entry<Dimension, Set<String>> excluded : query.exclusions().entrySet()) {
      write(excluded.getKey().exclusion(), excluded.getValue(), json);
    }
    json.writeEndObject();
    write(ReportParameters.MEASURES, query.measures().stream().map(Measure::column).toList(), json);
    write(ReportParameters.ORDER_BY, query.orderBy().stream().map(Order::word).toList(), json);
    if (query.limit().isPresent()) {
      json.writeNumberField(ReportParameters.LIMIT, query.limit().getAsInt());
    } else {
      json.writeNullField(ReportParameters.LIMIT);
    }
    json.writeEndObject();
  }

  private static void write(String name, Collection<String> words, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }

  private static void writeRows(
      String field, ReportAnswer answer, NameColumns names, JsonGenerator json) throws IOException {
    ReportQuery query = answer.query();
    Periods periods = query.periods();
    List<Measure> measures = List.copyOf(query.measures());
    json.writeArrayFieldStart(field);
    for (ReportRow row : answer.rows().rows()) {
      json.writeStartObject();
      json.writeStringField("start", local(periods.start(row.place()), query.zone()));
      json.writeStringField("end", local(periods.end(row.place()), query.zone()));
      for (int i = 0; i < query.groupBy().size(); i++) {
        Dimension dimension = query.groupBy().get(i);
        String value = row.values().get(i);
        json.writeStringField(dimension.column(), value);
        if (names.has(dimension)) {
          json.writeStringField(NameColumns.column(dimension), names.name(dimension, value));
        }
      }
      for (int i = 0; i < measures.size(); i++) {
        json.writeNumberField(measures.get(i).column(), row.measures().get(i));
      }
      json.writeStringField("finality", row.finality().word());
      json.writeStringField("basis", row.basis().word());
      json.writeNumberField("revision", row.revision());
      json.writeBooleanField("open", row.isOpen());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeRestatements(List<Restatement> restatements, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("restatements");
    for (Restatement restatement : restatements) {
      json.writeStartObject();
      json.writeStringField("day", restatement.day().toString());
      json.writeNumberField("revision", restatement.revision());
      write("causes", restatement.causes(), json);
      json.writeObjectFieldStart("change");
      for (Map.Entry<Measure, Long> change : restatement.clicks().entrySet()) {
        json.writeNumberField(change.getKey().column(), change.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("cost_change");
      for (Map.Entry<String, Long> cost : restatement.costMicros().entrySet()) {
        json.writeStartObject();
        json.writeStringField("currency", cost.getKey().isEmpty() ? null : cost.getKey());
        json.writeNumberField("cost_micros", cost.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
