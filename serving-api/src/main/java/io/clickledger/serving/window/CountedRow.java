package io.clickledger.serving.window;

import java.util.List;

/**
 * One row of a report, as the window counted it.
 *
 * @param place of its period, counted from 0
 * @param values of the query's dimensions, null where the lake has null
 * @param measures in the query's order
 * @param revision the greatest of its parts
 */
public record CountedRow(int place, List<String> values, List<Long> measures, int revision) {}
