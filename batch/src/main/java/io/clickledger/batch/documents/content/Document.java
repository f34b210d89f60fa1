package io.clickledger.batch.documents.content;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An invoice or a statement.
 *
 * @param month the local billing days of this month
 * @param zones of the advertisers whose local days they are
 * @param closedAt when the month was closed: then the document is final
 * @param sections one for each currency
 */
public record Document(
    DocumentKind kind,
    Named party,
    YearMonth month,
    List<String> zones,
    Optional<Instant> closedAt,
    List<Section> sections,
    Basis basis) {
  public Document {
    zones = List.copyOf(zones);
    sections = List.copyOf(sections);
  }

  /** Whether its month is closed, so that nothing on it changes any more. */
  public boolean isFinal() {
    return closedAt.isPresent();
  }

  /** In one word. */
  public String state() {
    return isFinal() ? "final" : "provisional";
  }

  public DocumentNumber number() {
    return new DocumentNumber(
        kind,
        month,
        party.id(),
        isFinal() ? OptionalLong.empty() : OptionalLong.of(basis.publicationId()));
  }

  /** What does not tie out with the books, one sentence each. */
  public List<String> faults() {
    return sections.stream()
        .flatMap(section -> section.tieOuts().stream())
        .filter(tieOut -> !tieOut.holds())
        .map(tieOut -> number() + ": " + tieOut)
        .toList();
  }
}
