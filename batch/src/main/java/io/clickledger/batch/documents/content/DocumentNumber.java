package io.clickledger.batch.documents.content;

import io.clickledger.programs.WrongUsageException;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a document is called, here and as a file. The number of a final document says whose it is
 * and for which month, and never changes. That of a provisional one also names the publication that
 * it was read from, since the next one may say otherwise.
 *
 * @param publicationId of a provisional document; empty for a final one
 */
public record DocumentNumber(
    DocumentKind kind, YearMonth month, String partyId, OptionalLong publicationId) {
  /** What the metadata take as an id: safe in the name of a file. */
  private static final String ID = "[A-Za-z0-9._:-]{1,64}";

  private static final String DRAFT = "DRAFT-";
  private static final Pattern FINAL_FORM =
      Pattern.compile("(INV|STM)-(\\d{4}-\\d{2})-(" + ID + ")");
  private static final Pattern DRAFT_FORM =
      Pattern.compile(DRAFT + "(INV|STM)-(\\d{4}-\\d{2})-(\\d{1,18})-(" + ID + ")");

  public DocumentNumber {
    if (!partyId.matches(ID)) {
      throw new WrongUsageException(
          "an id must be 1 to 64 letters, digits and . _ : -, was " + partyId);
    }
  }

  /**
   * Reads a number as it is printed.
   *
   * @throws WrongUsageException where it is none
   */
  public static DocumentNumber parse(String text) {
    Matcher draft = DRAFT_FORM.matcher(text);
    Matcher closed = FINAL_FORM.matcher(text);
    try {
      if (draft.matches()) {
        return new DocumentNumber(
            kind(draft.group(1)),
            YearMonth.parse(draft.group(2)),
            draft.group(4),
            OptionalLong.of(Long.parseLong(draft.group(3))));
      }
      if (closed.matches()) {
        return new DocumentNumber(
            kind(closed.group(1)),
            YearMonth.parse(closed.group(2)),
            closed.group(3),
            OptionalLong.empty());
      }
    } catch (DateTimeException e) {
      throw new WrongUsageException("the number of a document has no such month: " + text);
    }
    throw new WrongUsageException(
        "the number of a document must be like INV-2026-11-adv-001 or DRAFT-INV-2026-11-7-adv-001, was "
            + text);
  }

  private static DocumentKind kind(String prefix) {
    return Stream.of(DocumentKind.values())
        .filter(kind -> kind.prefix().equals(prefix))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String toString() {
    String rest = "-" + month + "-";
    return publicationId.isPresent()
        ? DRAFT + kind.prefix() + rest + publicationId.getAsLong() + "-" + partyId
        : kind.prefix() + rest + partyId;
  }
}
