package io.clickledger.batch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.batch.billing.input.BillingTerms;
import io.clickledger.batch.billing.input.BillingTerms.AdvertiserZone;
import io.clickledger.batch.billing.input.BillingTerms.CampaignTerms;
import io.clickledger.batch.billing.input.BillingTerms.PublisherShare;
import io.clickledger.batch.ledger.CampaignClicks.Click;
import io.clickledger.batch.ledger.CampaignClicks.Sum;
import io.clickledger.batch.ledger.Charge.Amount;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CampaignChargesTest {
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");
  private static final Instant START = Instant.parse("2026-03-01T18:15:00Z");

  @Test
  void chargesClicksOneByOneOnlyInQuarterHoursThatPassABudget() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      Long daily = random.nextInt(3) == 0 ? null : (long) random.nextInt(2_000);
      Long total = random.nextInt(3) == 0 ? null : (long) random.nextInt(5_000);
      List<Click> clicks = clicks(random);
      BillingTerms terms = terms(daily, total);

      Map<Instant, List<Click>> single = new HashMap<>();
      CampaignCharges.Result charged = charge(terms, clicks, single);
      while (!charged.missing().isEmpty()) {
        int known = single.size();
        for (Instant start : charged.missing()) {
          single.put(start, clicks.stream().filter(c -> quarterHour(c).equals(start)).toList());
        }
        assertThat(single.size()).isGreaterThan(known);
        charged = charge(terms, clicks, single);
      }

      // At most two quarter hours of a day pass a budget.
      assertThat(single.size()).isLessThanOrEqualTo(2 * 4);
      assertThat(past(charged)).isEqualTo(expectedPast(clicks, daily, total));
    }
  }

  @Test
  void creditsWhatIsPastABudgetAndPaysThePublisherForAll() {
    List<Click> clicks = List.of(click("a", 0, 100), click("b", 1, 100), click("c", 2, 101));

    Charge charge = charge(terms(150L, null), clicks, Map.of(START, clicks)).charges().get(0);

    assertThat(charge.day()).isEqualTo(LocalDate.parse("2026-03-02"));
    assertThat(charge.entries())
        .containsExactly(
            new Charge.Entry(Account.ADVERTISER_RECEIVABLE, 301, 0, 3),
            // 30.1 % of 301 is 90.601.
            new Charge.Entry(Account.PUBLISHER_PAYABLE, 0, 91, 3),
            new Charge.Entry(Account.PLATFORM_REVENUE, 0, 210, 3),
            new Charge.Entry(Account.OVER_DELIVERY, 201, 0, 2),
            new Charge.Entry(Account.ADVERTISER_RECEIVABLE, 0, 201, 2));
  }

  @Test
  void doesNotChargeClicksOfAPublisherThatNobodyKnows() {
    Click unknown = new Click(START.plusSeconds(1), "b", "p-unknown", 100);
    List<Click> clicks = List.of(click("a", 0, 100), unknown, click("c", 2, 100));

    List<Charge> charges = charge(terms(200L, null), clicks, Map.of(START, clicks)).charges();

    assertThat(charges).extracting(Charge::publisherId).containsExactly("p-0", "p-unknown");
    // They use up no budget.
    assertThat(charges.get(0).past()).isEqualTo(Amount.ZERO);
    assertThat(charges.get(0).all()).isEqualTo(new Amount(2, 200));
    assertThat(charges.get(1).uncharged()).contains(UnchargedReason.UNKNOWN_PUBLISHER);
    assertThat(charges.get(1).all()).isEqualTo(new Amount(1, 100));
    assertThat(charges.get(1).entries()).isEmpty();
  }

  @Test
  void roundsAHalfOfAMicroToTheEvenOne() {
    assertThat(PublisherShares.of(1, 5_000)).isEqualTo(0);
    assertThat(PublisherShares.of(3, 5_000)).isEqualTo(2);
    assertThat(PublisherShares.of(Long.MAX_VALUE, 10_000)).isEqualTo(Long.MAX_VALUE);
  }

  private static CampaignCharges.Result charge(
      BillingTerms terms, List<Click> clicks, Map<Instant, List<Click>> single) {
    SortedMap<Instant, List<Sum>> sums = new TreeMap<>();
    clicks.stream()
        .collect(
            Collectors.groupingBy(
                CampaignChargesTest::quarterHour,
                Collectors.groupingBy(
                    Click::publisherId,
                    Collectors.reducing(Amount.ZERO, Click::amount, Amount::plus))))
        .forEach(
            (start, byPublisher) ->
                byPublisher.forEach(
                    (publisher, amount) ->
                        sums.computeIfAbsent(start, at -> new ArrayList<>())
                            .add(new Sum(publisher, amount))));
    return CampaignCharges.of(terms, new CampaignClicks("v-1", "c-1", sums, single, Map.of(), 0));
  }

  private static Map<LocalDate, Amount> past(CampaignCharges.Result charged) {
    Map<LocalDate, Amount> past = new TreeMap<>();
    charged.charges().forEach(charge -> past.merge(charge.day(), charge.past(), Amount::plus));
    past.values().removeIf(Amount.ZERO::equals);
    return past;
  }

  private static Map<LocalDate, Amount> expectedPast(List<Click> clicks, Long daily, Long total) {
    Map<LocalDate, Amount> past = new TreeMap<>();
    Map<LocalDate, List<Click>> days =
        clicks.stream()
            .sorted()
            .collect(
                Collectors.groupingBy(
                    click -> click.clickedAt().atZone(KATHMANDU).toLocalDate(),
                    TreeMap::new,
                    Collectors.toList()));
    long net = 0;
    for (Map.Entry<LocalDate, List<Click>> day : days.entrySet()) {
      long sum = 0;
      long within = 0;
      long netOfDay = 0;
      for (Click click : day.getValue()) {
        sum += click.priceMicros();
        boolean isPast = daily != null && sum > daily;
        if (!isPast) {
          within += click.priceMicros();
          isPast = total != null && net + within > total;
        }
        if (isPast) {
          past.merge(day.getKey(), click.amount(), Amount::plus);
        } else {
          netOfDay += click.priceMicros();
        }
      }
      net += netOfDay;
    }
    return past;
  }

  private static List<Click> clicks(Random random) {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      clicks.add(
          new Click(
              START.plusSeconds(random.nextInt(4 * 86_400)),
              "click-" + i,
              "p-" + random.nextInt(2),
              List.of(90L, 100L, 135L).get(random.nextInt(3))));
    }
    clicks.sort(null);
    return clicks;
  }

  private static Click click(String id, int second, long price) {
    return new Click(START.plusSeconds(second), id, "p-0", price);
  }

  private static Instant quarterHour(Click click) {
    return Instant.ofEpochSecond(click.clickedAt().getEpochSecond() / 900 * 900);
  }

  private static BillingTerms terms(Long daily, Long total) {
    return new BillingTerms(
        List.of(new AdvertiserZone("v-1", KATHMANDU, Instant.EPOCH, null)),
        List.of(
            new CampaignTerms(
                "c-1", LocalDate.parse("2026-01-01"), null, daily, total, Instant.EPOCH, null)),
        List.of(
            new PublisherShare("p-0", 3_010, Instant.EPOCH, null),
            new PublisherShare("p-1", 6_000, Instant.EPOCH, null)));
  }
}
