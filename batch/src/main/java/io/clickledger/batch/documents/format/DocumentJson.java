package io.clickledger.batch.documents.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickledger.batch.documents.content.Basis;
import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.Line;
import io.clickledger.batch.documents.content.Named;
import io.clickledger.batch.documents.content.Section;

/**
 * A document as JSON. Amounts are strings with the decimals of their currency, since a reader may
 * take a number for a double; micros are whole numbers.
 */
final class DocumentJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DocumentJson() {}

  static String write(Document document) {
    ObjectNode root = JSON.createObjectNode();
    root.put("number", document.number().toString());
    root.put("kind", document.kind().name());
    root.put("state", document.state());
    putNamed(root, document.kind().party(), document.party());
    root.put("month", document.month().toString());
    document.zones().forEach(root.putArray("time_zones")::add);
    root.put("closed_at", document.closedAt().map(Object::toString).orElse(null));
    ArrayNode sections = root.putArray("sections");
    document.sections().forEach(section -> put(sections.addObject(), section));
    put(root.putObject("basis"), document.basis());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void put(ObjectNode node, Section section) {
    node.put("currency", section.currency());
    node.put("total", section.total().toPlainString());
    node.put("total_micros", section.exactTotal().micros());
    node.put("rounding", section.rounding().toPlainString());
    ArrayNode lines = node.putArray("lines");
    section.lines().forEach(line -> put(lines.addObject(), line));
    ArrayNode uncharged = node.putArray("uncharged_clicks");
    section
        .uncharged()
        .forEach(
            clicks -> {
              ObjectNode entry = uncharged.addObject();
              putNamed(entry, "advertiser", clicks.advertiser());
              putNamed(entry, "campaign", clicks.campaign());
              entry.put("reason", clicks.reason());
              entry.put("clicks", clicks.clicks());
              entry.put("cost_micros", clicks.cost().micros());
            });
    ArrayNode tieOuts = node.putArray("tie_outs");
    section
        .tieOuts()
        .forEach(
            tieOut ->
                tieOuts
                    .addObject()
                    .put("claim", tieOut.claim())
                    .put("document_micros", tieOut.document().micros())
                    .put("ledger_micros", tieOut.ledger().micros())
                    .put("holds", tieOut.holds()));
  }

  private static void put(ObjectNode node, Line line) {
    node.put("line", line.number());
    node.put("entry", line.kind().name());
    putNamed(node, "advertiser", line.advertiser());
    putNamed(node, "campaign", line.campaign());
    if (!line.causes().isEmpty()) {
      node.put("causes", line.causes());
    }
    line.corrects().ifPresent(month -> node.put("corrects", month.toString()));
    node.put("clicks", line.clicks());
    node.put("amount", line.amount().toPlainString());
    node.put("amount_micros", line.money().micros());
  }

  private static void put(ObjectNode node, Basis basis) {
    node.put("publication_id", basis.publicationId());
    node.put("published_at", basis.publishedAt().toString());
    node.put("through", basis.through().toString());
    node.put("first_day", basis.firstDay().map(Object::toString).orElse(null));
    node.put("last_day", basis.lastDay().map(Object::toString).orElse(null));
    ObjectNode snapshots = node.putObject("snapshot_ids");
    // As text: a JavaScript number does not hold all of a snapshot id.
    basis.snapshotIds().forEach((table, id) -> snapshots.put(table, Long.toString(id)));
    basis.runIds().forEach(node.putArray("run_ids")::add);
  }

  private static void putNamed(ObjectNode node, String what, Named named) {
    node.put(what + "_id", named.id());
    node.put(what + "_name", named.name());
  }
}
