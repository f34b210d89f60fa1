package io.clickledger.batch.documents.content;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of a document in one currency. Its total is the sum of its rounded lines, which are
 * printed, so that a reader who adds them up gets it.
 *
 * @param uncharged information beside the lines
 * @param tieOuts against the books
 */
public record Section(
    String currency, List<Line> lines, List<UnchargedClicks> uncharged, List<TieOut> tieOuts) {
  private static final Comparator<Posting> ORDER =
      Comparator.comparing(Posting::kind)
          .thenComparing(Posting::advertiserId)
          .thenComparing(Posting::campaignId)
          .thenComparing(posting -> posting.corrects().map(Object::toString).orElse(""))
          .thenComparing(Posting::causes);

  public Section {
    lines = List.copyOf(lines);
    uncharged = List.copyOf(uncharged);
    tieOuts = List.copyOf(tieOuts);
  }

  /**
   * The sections of a document, one for each currency.
   *
   * @param postings in any order; those of one line may come in parts
   * @param balances by currency
   */
  public static List<Section> all(
      Collection<Posting> postings,
      Collection<UnchargedClicks> uncharged,
      Map<String, Balances> balances,
      Names names) {
    SortedSet<String> currencies = new TreeSet<>(balances.keySet());
    postings.forEach(posting -> currencies.add(posting.money().currency()));
    uncharged.forEach(clicks -> currencies.add(clicks.cost().currency()));
    return currencies.stream()
        .map(
            currency -> {
              List<Line> lines =
                  lines(
                      postings.stream()
                          .filter(posting -> posting.money().currency().equals(currency))
                          .toList(),
                      names);
              return new Section(
                  currency,
                  lines,
                  uncharged.stream()
                      .filter(clicks -> clicks.cost().currency().equals(currency))
                      .toList(),
                  tieOuts(currency, lines, balances.getOrDefault(currency, Balances.NONE)));
            })
        .toList();
  }

  private static List<Line> lines(List<Posting> postings, Names names) {
    List<Posting> summed =
        postings.stream()
            .collect(
                Collectors.groupingBy(
                    posting ->
                        List.of(
                            posting.kind(),
                            posting.advertiserId(),
                            posting.campaignId(),
                            posting.causes(),
                            posting.corrects())))
            .values()
            .stream()
            .map(Section::sum)
            .filter(posting -> posting.clicks() != 0 || posting.money().micros() != 0)
            .sorted(ORDER)
            .toList();
    List<Line> lines = new ArrayList<>();
    for (Posting posting : summed) {
      lines.add(
          new Line(
              lines.size() + 1,
              posting.kind(),
              names.advertiser(posting.advertiserId()),
              names.campaign(posting.campaignId()),
              posting.causes(),
              posting.corrects(),
              posting.clicks(),
              posting.money()));
    }
    return lines;
  }

  private static Posting sum(List<Posting> ofLine) {
    Posting first = ofLine.get(0);
    return new Posting(
        first.kind(),
        first.advertiserId(),
        first.campaignId(),
        first.causes(),
        first.corrects(),
        ofLine.stream().mapToLong(Posting::clicks).reduce(0, Math::addExact),
        new Money(
            ofLine.stream()
                .mapToLong(posting -> posting.money().micros())
                .reduce(0, Math::addExact),
            first.money().currency()));
  }

  private static List<TieOut> tieOuts(String currency, List<Line> lines, Balances balances) {
    Money charged =
        exact(currency, lines.stream().filter(line -> line.kind() != LineKind.ADJUSTMENT));
    Money adjusted =
        exact(currency, lines.stream().filter(line -> line.kind() == LineKind.ADJUSTMENT));
    return List.of(
        new TieOut(
            "lines of the month and the account in billing.ledger",
            charged,
            new Money(balances.ledgerMicros(), currency)),
        new TieOut(
            "adjustment lines and the account in billing.adjustments",
            adjusted,
            new Money(balances.adjustmentMicros(), currency)),
        new TieOut(
            "debits and credits of the entries behind them",
            new Money(balances.debitMicros(), currency),
            new Money(balances.creditMicros(), currency)));
  }

  private static Money exact(String currency, Stream<Line> lines) {
    return new Money(
        lines.mapToLong(line -> line.money().micros()).reduce(0, Math::addExact), currency);
  }

  /** The sum of the rounded lines. */
  public BigDecimal total() {
    return total(lines.stream());
  }

  /** The sum of the rounded lines of a kind. */
  public BigDecimal total(LineKind kind) {
    return total(of(kind).stream());
  }

  private BigDecimal total(Stream<Line> some) {
    return some.map(Line::amount).reduce(new Money(0, currency).rounded(), BigDecimal::add);
  }

  public List<Line> of(LineKind kind) {
    return lines.stream().filter(line -> line.kind() == kind).toList();
  }

  /** The lines before they were rounded. */
  public Money exactTotal() {
    return exact(currency, lines.stream());
  }

  /** What rounding added to the exact total, or took from it: at most half a unit a line. */
  public BigDecimal rounding() {
    return total().subtract(exactTotal().exact());
  }
}
