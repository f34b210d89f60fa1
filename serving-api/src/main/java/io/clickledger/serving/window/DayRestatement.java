package io.clickledger.serving.window;

import java.time.LocalDate;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * How the newest revision of a UTC day moved what a query selects.
 *
 * @param causes as billing.restatements names them
 * @param sums change of each sum, in the order of Measure
 * @param costMicros change of the cost by currency; the empty text stands for none
 */
public record DayRestatement(
    LocalDate day,
    int revision,
    SortedSet<String> causes,
    long[] sums,
    SortedMap<String, Long> costMicros) {}
