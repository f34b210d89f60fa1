package io.clickledger.batch.documents.format;

import io.clickledger.batch.documents.content.Document;
import io.clickledger.batch.documents.content.DocumentKind;
import io.clickledger.batch.documents.content.Line;
import io.clickledger.batch.documents.content.LineKind;
import io.clickledger.batch.documents.content.Named;
import io.clickledger.batch.documents.content.Section;
import io.clickledger.batch.documents.content.TieOut;
import io.clickledger.batch.documents.content.UnchargedClicks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A document as one HTML page for print and screen. It loads nothing, runs nothing, and allows
 * neither.
 */
final class DocumentPage {
  private static final String STYLES = styles();

  private final Document document;
  private final Html html = new Html();

  private DocumentPage(Document document) {
    this.document = document;
  }

  static String write(Document document) {
    return new DocumentPage(document).page();
  }

  private String page() {
    html.tags("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .tags("<meta name=\"viewport\" content=\"width=device-width\">\n")
        .tags("<meta http-equiv=\"Content-Security-Policy\" ")
        .tags("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>")
        .text(document.number().toString())
        .tags("</title>\n<style>\n" + STYLES + "</style>\n</head>\n<body>\n");
    head();
    facts();
    notices();
    document.sections().forEach(this::section);
    proof();
    basis();
    html.tags("</body>\n</html>\n");
    return html.toString();
  }

  private void head() {
    html.tags("<header><div><h1>")
        .text(document.kind().title())
        .tags("</h1><p class=\"number\">")
        .text(document.number().toString())
        .tags("</p></div><span class=\"state " + document.state() + "\">")
        .text(document.state())
        .tags("</span></header>\n");
  }

  private void facts() {
    html.tags("<dl class=\"facts\">");
    html.tags("<div><dt>")
        .text(document.kind() == DocumentKind.INVOICE ? "Advertiser" : "Publisher")
        .tags("</dt><dd>");
    named(document.party());
    html.tags("</dd></div>");
    document.sections().forEach(this::due);
    fact("Period", document.month().atDay(1) + " to " + document.month().atEndOfMonth());
    fact("Days are local days in", String.join(", ", document.zones()));
    fact(
        "Closed",
        document.closedAt().map(DocumentPage::utc).orElse("not yet: the month is still open"));
    fact(
        "Days with entries",
        document.basis().firstDay().isEmpty()
            ? "none"
            : document.basis().firstDay().get() + " to " + document.basis().lastDay().get());
    html.tags("</dl>\n");
  }

  private void due(Section section) {
    html.tags("<div class=\"due\"><dt>")
        .text(dueLabel())
        .tags("</dt><dd>")
        .text(plain(section.total()) + " " + section.currency())
        .tags("</dd></div>");
  }

  private String dueLabel() {
    if (!document.isFinal()) {
      return "Amount so far";
    }
    return document.kind() == DocumentKind.INVOICE ? "Amount due" : "Amount payable";
  }

  private void fact(String name, String value) {
    html.tags("<div><dt>").text(name).tags("</dt><dd>").text(value).tags("</dd></div>");
  }

  private void notices() {
    if (!document.isFinal()) {
      html.tags("<p class=\"notice\">")
          .text(
              "Provisional: the month is open, and this document holds what was published before "
                  + utc(document.basis().through())
                  + ". Amounts change until the month is closed. Do not pay by this document.")
          .tags("</p>\n");
    }
    if (document.sections().isEmpty()) {
      html.tags("<p>").text("There are no entries in this month.").tags("</p>\n");
    }
  }

  private void section(Section section) {
    html.tags("<section>\n<h2>").text("Lines in " + section.currency()).tags("</h2>\n<table>\n");
    html.tags("<thead><tr><th class=\"line\">No.</th><th>")
        .text(document.kind() == DocumentKind.INVOICE ? "Campaign" : "Advertiser and campaign")
        .tags("</th><th class=\"n\">Clicks</th><th class=\"n\">Exact amount</th><th class=\"n\">")
        .text("Amount " + section.currency())
        .tags("</th></tr></thead>\n<tbody>\n");
    for (LineKind kind : LineKind.values()) {
      group(section, kind);
    }
    html.tags("<tr class=\"total\"><td></td><td>Total</td><td></td><td></td><td class=\"n\">")
        .text(plain(section.total()))
        .tags("</td></tr>\n<tr class=\"rounding\"><td></td><td colspan=\"2\">")
        .text("Exact total, and what rounding each line added to it")
        .tags("</td><td class=\"n micros\">")
        .text(plain(section.exactTotal().exact()))
        .tags("</td><td class=\"n micros\">")
        .text(signed(section.rounding()))
        .tags("</td></tr>\n</tbody>\n</table>\n");
    uncharged(section);
    html.tags("</section>\n");
  }

  private void group(Section section, LineKind kind) {
    List<Line> lines = section.of(kind);
    if (lines.isEmpty()) {
      return;
    }
    html.tags("<tr class=\"group\"><td colspan=\"5\">").text(kind.title()).tags("</td></tr>\n");
    lines.forEach(this::line);
    html.tags("<tr class=\"subtotal\"><td></td><td>")
        .text("Subtotal")
        .tags("</td><td class=\"n\">");
    html.text(Long.toString(lines.stream().mapToLong(Line::clicks).sum()))
        .tags("</td><td></td><td class=\"n\">")
        .text(plain(section.total(kind)))
        .tags("</td></tr>\n");
  }

  private void line(Line line) {
    html.tags("<tr><td class=\"line\">").text(Integer.toString(line.number())).tags("</td><td>");
    if (document.kind() == DocumentKind.STATEMENT) {
      named(line.advertiser());
    }
    named(line.campaign());
    if (line.kind() == LineKind.ADJUSTMENT) {
      html.tags("<span class=\"id\">")
          .text(
              "because of "
                  + words(line.causes())
                  + line.corrects().map(month -> "; clicks of " + month).orElse(""))
          .tags("</span>");
    }
    html.tags("</td><td class=\"n\">")
        .text(Long.toString(line.clicks()))
        .tags("</td><td class=\"n micros\">")
        .text(plain(line.money().exact()))
        .tags("</td><td class=\"n\">")
        .text(plain(line.amount()))
        .tags("</td></tr>\n");
  }

  private void named(Named named) {
    html.foreign(named.name());
    if (!named.name().equals(named.id())) {
      html.tags("<span class=\"id\">").foreign(named.id()).tags("</span>");
    }
  }

  private void uncharged(Section section) {
    if (section.uncharged().isEmpty()) {
      return;
    }
    html.tags("<h3>Valid clicks that are not charged</h3>\n<table>\n<thead><tr><th>Campaign</th>")
        .tags("<th>Reason</th><th class=\"n\">Clicks</th>")
        .tags("<th class=\"n\">Would have cost</th></tr></thead>\n<tbody>\n");
    for (UnchargedClicks clicks : section.uncharged()) {
      html.tags("<tr><td>");
      named(clicks.campaign());
      html.tags("</td><td>")
          .text(words(clicks.reason()))
          .tags("</td><td class=\"n\">")
          .text(Long.toString(clicks.clicks()))
          .tags("</td><td class=\"n micros\">")
          .text(plain(clicks.cost().exact()))
          .tags("</td></tr>\n");
    }
    html.tags("</tbody>\n</table>\n<p class=\"id\">")
        .text("For information; in no total.")
        .tags("</p>\n");
  }

  private void proof() {
    html.tags("<section class=\"proof\">\n<h2>Tie-out with the books</h2>\n<table>\n<thead><tr>")
        .tags("<th>These must be equal to the last decimal</th><th class=\"n\">Document</th>")
        .tags("<th class=\"n\">Books</th><th></th></tr></thead>\n<tbody>\n");
    for (Section section : document.sections()) {
      for (TieOut tieOut : section.tieOuts()) {
        html.tags("<tr><td>")
            .text(section.currency() + ": " + tieOut.claim())
            .tags("</td><td class=\"n micros\">")
            .text(plain(tieOut.document().exact()))
            .tags("</td><td class=\"n micros\">")
            .text(plain(tieOut.ledger().exact()))
            .tags(
                tieOut.holds()
                    ? "</td><td class=\"yes\">equal</td></tr>\n"
                    : "</td><td class=\"no\">NOT EQUAL</td></tr>\n");
      }
    }
    html.tags("</tbody>\n</table>\n</section>\n");
  }

  private void basis() {
    html.tags("<section class=\"proof\">\n<h2>How to check this document</h2>\n<p>")
        .text(
            document.kind() == DocumentKind.INVOICE
                ? "The clicks behind a line, each with its verdict, price and place in Kafka:"
                : "The entries behind the document, from the published tables, in SQL:")
        .tags("</p>\n<pre>")
        .text(document.kind() == DocumentKind.INVOICE ? explain() : sql())
        .tags("</pre>\n");
    if (document.kind() == DocumentKind.INVOICE) {
      html.tags("<p>")
          .text("The entries behind the document, from the published tables, in SQL:")
          .tags("</p>\n<pre>")
          .text(sql())
          .tags("</pre>\n");
    }
    html.tags("</section>\n<footer><p>")
        .text(
            "Read from publication "
                + document.basis().publicationId()
                + " of "
                + utc(document.basis().publishedAt())
                + ": clicks before "
                + utc(document.basis().through())
                + " were final. Runs that wrote the entries: "
                + runs()
                + ".")
        .tags("</p><p>")
        .text(
            "Each line is rounded once, half to even, to the minor unit of its currency. The total is the sum of the rounded lines.")
        .tags("</p></footer>\n");
  }

  private String explain() {
    return "./clickledger explain --invoice " + document.number() + " --campaign CAMPAIGN_ID";
  }

  private String sql() {
    String account =
        document.kind() == DocumentKind.INVOICE ? "ADVERTISER_RECEIVABLE" : "PUBLISHER_PAYABLE";
    return document.basis().snapshotIds().entrySet().stream()
        .filter(table -> table.getKey().equals("billing.ledger"))
        .map(
            table ->
                """
                SELECT campaign_id, currency, sum(debit_micros) AS debit, sum(credit_micros) AS credit
                FROM billing.ledger FOR VERSION AS OF %s
                WHERE account = '%s' AND %s_id = '%s'
                  AND billing_day BETWEEN DATE '%s' AND DATE '%s'
                GROUP BY campaign_id, currency"""
                    .formatted(
                        table.getValue(),
                        account,
                        document.kind().party(),
                        document.party().id(),
                        document.month().atDay(1),
                        document.month().atEndOfMonth()))
        .collect(Collectors.joining("\n"));
  }

  private String runs() {
    return document.basis().runIds().isEmpty()
        ? "none"
        : String.join(", ", document.basis().runIds());
  }

  /** A constant of the tables as a person reads it. */
  private static String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String plain(BigDecimal amount) {
    return amount.toPlainString();
  }

  private static String signed(BigDecimal amount) {
    return amount.signum() > 0 ? "+" + plain(amount) : plain(amount);
  }

  /** To the second: nobody invoices by milliseconds. */
  private static String utc(Instant instant) {
    return instant.toString().substring(0, 19).replace('T', ' ') + " UTC";
  }

  private static String styles() {
    try (InputStream css = DocumentPage.class.getResourceAsStream("document.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
