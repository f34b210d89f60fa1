package io.clickledger.serving.reports;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * How the newest revision of a UTC day moved a report's sums against the revision before.
 *
 * @param causes LATE_CLICKS, RULES, METADATA, CODE
 * @param clicks change of each measure that the report sums, other than cost
 * @param costMicros change of the cost by currency, if the report has it; the empty text stands for
 *     none
 */
public record Restatement(
    LocalDate day,
    int revision,
    List<String> causes,
    Map<Measure, Long> clicks,
    Map<String, Long> costMicros) {}
