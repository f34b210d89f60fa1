package io.clickledger.serving.reports.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickledger.serving.parameters.GivenParameters;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeriodsTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void hasTwoHoursWhereAutumnRepeatsOne() {
    Periods hours =
        Periods.of(
            Instant.parse("2026-10-25T00:00:00Z"),
            Instant.parse("2026-10-25T03:00:00Z"),
            Granularity.HOUR,
            BERLIN);

    assertThat(hours.starts())
        .containsExactly(
            Instant.parse("2026-10-25T00:00:00Z"),
            Instant.parse("2026-10-25T01:00:00Z"),
            Instant.parse("2026-10-25T02:00:00Z"));
  }

  @Test
  void hasHalfAnHourWhereLordHoweSkipsTheOther() {
    Periods hours =
        Periods.of(
            Instant.parse("2026-10-03T14:30:00Z"),
            Instant.parse("2026-10-03T17:00:00Z"),
            Granularity.HOUR,
            ZoneId.of("Australia/Lord_Howe"));

    assertThat(hours.starts())
        .containsExactly(
            Instant.parse("2026-10-03T14:30:00Z"),
            Instant.parse("2026-10-03T15:30:00Z"),
            Instant.parse("2026-10-03T16:00:00Z"));
  }

  @Test
  void beginsDaysAtLocalMidnightAndKeepsPartsAtTheEnds() {
    Instant from = Instant.parse("2026-10-24T12:00:00Z");
    Instant to = Instant.parse("2026-10-26T12:00:00Z");

    Periods days = Periods.of(from, to, Granularity.DAY, BERLIN);

    assertThat(days.starts())
        .containsExactly(
            from, Instant.parse("2026-10-24T22:00:00Z"), Instant.parse("2026-10-25T23:00:00Z"));
    assertThat(days.end(2)).isEqualTo(to);
  }

  @Test
  void countsAWholeReportAsOnePeriod() {
    Instant from = Instant.parse("2026-10-24T12:00:00Z");

    Periods total = Periods.of(from, from.plusSeconds(900), Granularity.TOTAL, BERLIN);

    assertThat(total.starts()).containsExactly(from);
    assertThat(total.end(0)).isEqualTo(from.plusSeconds(900));
  }

  @Test
  void recognizesPeriodsThatAreUtcDays() {
    Instant from = Instant.parse("2026-11-20T00:00:00Z");
    Instant through = Instant.parse("2026-11-21T00:00:00Z");
    Instant to = Instant.parse("2026-11-21T09:00:00Z");

    assertThat(Periods.of(from, to, Granularity.DAY, ZoneId.of("Europe/London")))
        .matches(days -> days.areUtcDaysUntil(through), "UTC days up to the seam");
    assertThat(Periods.of(from, to, Granularity.DAY, BERLIN))
        .matches(days -> !days.areUtcDaysUntil(through), "no UTC days");
    assertThat(Periods.of(from, to, Granularity.TOTAL, BERLIN))
        .matches(total -> total.areUtcDaysUntil(through), "one UTC day");
    assertThat(Periods.of(from, to, Granularity.HOUR, ZoneId.of("UTC")))
        .matches(hours -> !hours.areUtcDaysUntil(through), "hours");
  }

  /** What "15 minutes serve every IANA zone" rests on; Casey's last change at 00:01 was in 2022. */
  @Test
  void everyZoneChangesItsClocksAtAQuarterHour() {
    Instant from = GivenParameters.EARLIEST;
    Instant to = Instant.parse("2037-01-01T00:00:00Z");

    for (String name : ZoneId.getAvailableZoneIds()) {
      ZoneId zone = ZoneId.of(name);
      assertThat(zone.getRules().getOffset(from).getTotalSeconds() % 900).as(name).isZero();
      ZoneOffsetTransition change = zone.getRules().nextTransition(from);
      while (change != null && change.getInstant().isBefore(to)) {
        assertThat(change.toEpochSecond() % 900).as("%s of %s", change, name).isZero();
        assertThat(change.getOffsetAfter().getTotalSeconds() % 900).as(name).isZero();
        change = zone.getRules().nextTransition(change.getInstant());
      }
    }
  }

  @Test
  void tilesTheReportInEveryZone() {
    Instant from = Instant.parse("2026-03-01T05:15:00Z");
    Instant to = Instant.parse("2026-04-10T17:45:00Z");

    for (String name : ZoneId.getAvailableZoneIds()) {
      for (Granularity granularity : List.of(Granularity.HOUR, Granularity.DAY)) {
        Periods periods = Periods.of(from, to, granularity, ZoneId.of(name));
        assertThat(periods.starts().get(0)).isEqualTo(from);
        assertThat(periods.starts()).as(name).isSorted().doesNotHaveDuplicates();
        assertThat(periods.end(periods.starts().size() - 1)).isEqualTo(to);
      }
    }
  }
}
