package io.clickledger.batch.documents.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static final Names NAMES =
      new Names(Map.of("v-1", "Fjellhav"), Map.of("c-1", "Jackets"), Map.of());

  @Test
  void hasALineForEachCampaignAndKindInTheirOrder() {
    Section section =
        section(
            posting(LineKind.OVER_DELIVERY, "c-1", 2, -500_000),
            posting(LineKind.CHARGE, "c-2", 4, 1_000_000),
            posting(LineKind.CHARGE, "c-1", 3, 750_000),
            posting(LineKind.CHARGE, "c-1", 1, 250_000));

    assertThat(section.lines())
        .extracting(Line::number, Line::kind, line -> line.campaign().id(), Line::clicks)
        .containsExactly(
            tuple(1, LineKind.CHARGE, "c-1", 4L),
            tuple(2, LineKind.CHARGE, "c-2", 4L),
            tuple(3, LineKind.OVER_DELIVERY, "c-1", 2L));
    assertThat(section.lines().get(0).campaign().name()).isEqualTo("Jackets");
    assertThat(section.lines().get(1).campaign().name()).isEqualTo("c-2");
    assertThat(section.total()).isEqualByComparingTo("1.50");
  }

  @Test
  void totalIsWhatAReaderGetsWhoAddsTheLines() {
    // Rounded as a whole it would be 0.02.
    Section section =
        section(
            posting(LineKind.CHARGE, "c-1", 1, 5_001),
            posting(LineKind.CHARGE, "c-2", 1, 5_001),
            posting(LineKind.CHARGE, "c-3", 1, 5_001));

    assertThat(section.total()).isEqualTo(new BigDecimal("0.03"));
    assertThat(section.rounding()).isEqualByComparingTo("0.014997");
  }

  @Test
  void adjustmentsOfDifferentCausesAndMonthsAreDifferentLines() {
    List<Line> lines =
        section(
                adjustment("LATE_CLICKS", "2026-10", 5, 100_000),
                adjustment("VOIDED_CLICKS", "2026-10", -1, -50_000),
                adjustment("LATE_CLICKS", "2026-09", 1, 10_000),
                adjustment("LATE_CLICKS", "2026-10", 1, 10_000))
            .lines();

    assertThat(lines)
        .extracting(line -> line.corrects().get() + " " + line.causes() + " " + line.amount())
        .containsExactly(
            "2026-09 LATE_CLICKS 0.01", "2026-10 LATE_CLICKS 0.11", "2026-10 VOIDED_CLICKS -0.05");
  }

  @Test
  void aCampaignWithNothingLeftHasNoLine() {
    assertThat(
            section(
                    posting(LineKind.CHARGE, "c-1", 1, 250_000),
                    posting(LineKind.CHARGE, "c-1", -1, -250_000))
                .lines())
        .isEmpty();
  }

  @Test
  void freeClicksHaveALine() {
    assertThat(section(posting(LineKind.CHARGE, "c-1", 7, 0)).lines()).hasSize(1);
  }

  @Test
  void eachCurrencyIsASectionOfItsOwn() {
    List<Section> sections =
        Section.all(
            List.of(
                Posting.ofLedger(LineKind.CHARGE, "v-1", "c-1", 1, new Money(1_500_000, "JPY")),
                Posting.ofLedger(LineKind.CHARGE, "v-2", "c-2", 1, new Money(1_234_500, "BHD"))),
            List.of(),
            Map.of(),
            NAMES);

    assertThat(sections)
        .extracting(section -> section.total() + " " + section.currency())
        .containsExactly("1.234 BHD", "2 JPY");
  }

  @Test
  void doesNotTieOutWhereTheLedgerSaysOtherwise() {
    List<Posting> postings = List.of(posting(LineKind.CHARGE, "c-1", 1, 250_000));

    assertThat(tieOuts(postings, new Balances(250_000, 0, 9, 9))).allMatch(TieOut::holds);
    assertThat(tieOuts(postings, new Balances(250_001, 0, 9, 9)).get(0).holds()).isFalse();
    assertThat(tieOuts(postings, new Balances(250_000, 1, 9, 9)).get(1).holds()).isFalse();
    assertThat(tieOuts(postings, new Balances(250_000, 0, 9, 8)).get(2))
        .satisfies(tieOut -> assertThat(tieOut.holds()).isFalse())
        .asString()
        .isEqualTo(
            "debits and credits of the entries behind them: 0.000009 and 0.000008 EUR, difference 0.000001");
    // A currency that no line is in.
    assertThat(Section.all(List.of(), List.of(), Map.of("EUR", new Balances(1, 0, 0, 0)), NAMES))
        .singleElement()
        .matches(section -> !section.tieOuts().get(0).holds());
  }

  @Property(tries = 200)
  void roundingIsAtMostHalfAUnitALine(
      @ForAll("postings") List<Posting> postings, @ForAll("currencies") String currency) {
    Section section =
        Section.all(in(currency, postings), List.of(), Map.of(currency, Balances.NONE), NAMES)
            .get(0);

    BigDecimal unit = section.total().ulp();
    assertThat(section.rounding().abs())
        .isLessThanOrEqualTo(
            unit.multiply(BigDecimal.valueOf(section.lines().size())).multiply(half()));
    assertThat(section.exactTotal().micros())
        .isEqualTo(postings.stream().mapToLong(posting -> posting.money().micros()).sum());
    assertThat(section.lines().stream().map(Line::amount).reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(section.total());
  }

  @Property(tries = 100)
  void theOrderInWhichEntriesAreReadChangesNothing(
      @ForAll("postings") List<Posting> postings, @ForAll long seed) {
    List<Posting> shuffled = new ArrayList<>(postings);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(Section.all(shuffled, List.of(), Map.of(), NAMES))
        .isEqualTo(Section.all(postings, List.of(), Map.of(), NAMES));
  }

  @Provide
  Arbitrary<List<Posting>> postings() {
    return Combinators.combine(
            Arbitraries.of(LineKind.values()),
            Arbitraries.of("c-1", "c-2", "c-3"),
            Arbitraries.longs().between(-1000, 1000),
            Arbitraries.longs().between(-1_000_000_000_000L, 1_000_000_000_000L))
        .as(SectionTest::posting)
        .list()
        .ofMaxSize(20);
  }

  @Provide
  Arbitrary<String> currencies() {
    return Arbitraries.of("EUR", "JPY", "BHD");
  }

  private static BigDecimal half() {
    return new BigDecimal("0.5");
  }

  private static List<Posting> in(String currency, List<Posting> postings) {
    return postings.stream()
        .map(
            posting ->
                new Posting(
                    posting.kind(),
                    posting.advertiserId(),
                    posting.campaignId(),
                    posting.causes(),
                    posting.corrects(),
                    posting.clicks(),
                    new Money(posting.money().micros(), currency)))
        .toList();
  }

  private static List<TieOut> tieOuts(List<Posting> postings, Balances balances) {
    return Section.all(postings, List.of(), Map.of("EUR", balances), NAMES).get(0).tieOuts();
  }

  private static Section section(Posting... postings) {
    List<Section> sections =
        Section.all(List.of(postings), List.of(), Map.of("EUR", Balances.NONE), NAMES);
    assertThat(sections).hasSize(1);
    return sections.get(0);
  }

  private static Posting posting(LineKind kind, String campaign, long clicks, long micros) {
    return Posting.ofLedger(kind, "v-1", campaign, clicks, new Money(micros, "EUR"));
  }

  private static Posting adjustment(String causes, String corrects, long clicks, long micros) {
    return new Posting(
        LineKind.ADJUSTMENT,
        "v-1",
        "c-1",
        causes,
        Optional.of(YearMonth.parse(corrects)),
        clicks,
        new Money(micros, "EUR"));
  }
}
