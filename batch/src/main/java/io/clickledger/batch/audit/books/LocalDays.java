package io.clickledger.batch.audit.books;

import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Local days of advertisers.
 *
 * @param end the day after the last
 * @param through days that ended by then are charged
 */
record LocalDays(LocalDate first, LocalDate end, Instant through) implements Serializable {}
