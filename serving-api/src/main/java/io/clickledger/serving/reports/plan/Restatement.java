package io.clickledger.serving.reports.plan;

import io.clickledger.serving.reports.query.Measure;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedSet;

/**
 * How the newest revision of a whole UTC day moved a report's sums against the revision before.
 *
 * @param causes as billing.restatements names them, of what the report chooses
 * @param clicks change of each measure that the report sums, other than cost
 * @param costMicros change of the cost by currency, if the report has it; the empty text stands for
 *     none
 */
public record Restatement(
    LocalDate day,
    int revision,
    SortedSet<String> causes,
    Map<Measure, Long> clicks,
    Map<String, Long> costMicros) {}
