package io.clickledger.metadata.csv;

import io.clickledger.rules.money.Currencies;
import io.clickledger.rules.web.PageHosts;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a cell of a CSV file may hold. The same as the checks in the database, said before it is
 * asked and in words for the person who wrote the file.
 *
 * @param allowed the end of a sentence that starts with "must be"
 * @param canonical the value as PostgreSQL would print it, empty where it is not allowed
 */
record CellRule(String allowed, Function<String, Optional<String>> canonical) {

  /** Of an ad's price. */
  static final long MAX_PRICE_MICROS = 1_000_000_000_000L;

  /** Of a campaign's budgets. */
  static final long MAX_BUDGET_MICROS = 1_000_000_000_000_000_000L;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[^\\p{Cc}\\p{Zl}\\p{Zp}]{1,200}");
  private static final Pattern REGION = Pattern.compile("UTC|[A-Z][A-Za-z_-]*(/[A-Za-z0-9_+-]+)+");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,19}");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,2})?");
  private static final LocalDate FIRST_DAY = LocalDate.EPOCH;
  private static final Instant LAST_INSTANT = Instant.parse("2999-12-31T23:59:59Z");

  static CellRule id() {
    return matching(ID, "1 to 64 of the characters A-Z a-z 0-9 . _ : -");
  }

  static CellRule name() {
    return new CellRule(
        "1 to 200 characters without line breaks, control characters or blanks around",
        cell ->
            cell.equals(cell.strip()) && NAME.matcher(cell).matches()
                ? Optional.of(cell)
                : Optional.empty());
  }

  static CellRule timeZone() {
    return new CellRule(
        "an IANA time zone such as Europe/Paris",
        cell ->
            REGION.matcher(cell).matches() && ZoneId.getAvailableZoneIds().contains(cell)
                ? Optional.of(cell)
                : Optional.empty());
  }

  static CellRule currency() {
    return new CellRule(
        "an ISO 4217 currency code such as EUR",
        cell -> Currencies.isKnown(cell) ? Optional.of(cell) : Optional.empty());
  }

  static CellRule micros(long greatest) {
    return new CellRule(
        "a whole number of micros from 0 to " + greatest,
        cell -> {
          if (!WHOLE.matcher(cell).matches()) {
            return Optional.empty();
          }
          try {
            long value = Long.parseLong(cell);
            return value <= greatest ? Optional.of(Long.toString(value)) : Optional.empty();
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  static CellRule date() {
    return new CellRule(
        "a day from 1970-01-01 on, such as 2026-11-01",
        cell -> {
          try {
            return DATE.matcher(cell).matches() && !LocalDate.parse(cell).isBefore(FIRST_DAY)
                ? Optional.of(cell)
                : Optional.empty();
          } catch (DateTimeException e) {
            return Optional.empty();
          }
        });
  }

  static CellRule percent() {
    return new CellRule(
        "a percentage from 0 to 100 with at most two decimals, such as 68.5",
        cell -> {
          if (!PERCENT.matcher(cell).matches()) {
            return Optional.empty();
          }
          BigDecimal value = new BigDecimal(cell).setScale(2);
          return value.compareTo(BigDecimal.valueOf(100)) <= 0
              ? Optional.of(value.toPlainString())
              : Optional.empty();
        });
  }

  static CellRule domain() {
    return new CellRule(
        "a host name in lower case such as news.example.com",
        cell -> PageHosts.isDomain(cell) ? Optional.of(cell) : Optional.empty());
  }

  /** An instant that PostgreSQL keeps as it is: microseconds, from 1970 on. */
  static CellRule instant() {
    return new CellRule(
        "an instant from 1970 on, with its offset, such as 2026-11-01T00:00:00Z",
        cell -> {
          try {
            Instant instant = OffsetDateTime.parse(cell).toInstant();
            return instant.isBefore(Instant.EPOCH)
                    || instant.isAfter(LAST_INSTANT)
                    || instant.getNano() % 1_000 != 0
                ? Optional.empty()
                : Optional.of(instant.toString());
          } catch (DateTimeException e) {
            return Optional.empty();
          }
        });
  }

  private static CellRule matching(Pattern pattern, String allowed) {
    return new CellRule(
        allowed, cell -> pattern.matcher(cell).matches() ? Optional.of(cell) : Optional.empty());
  }
}
