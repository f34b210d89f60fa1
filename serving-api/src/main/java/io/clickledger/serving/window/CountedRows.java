package io.clickledger.serving.window;

import java.util.List;

/**
 * The rows of a report in the order asked for.
 *
 * @param isTruncated whether there are more
 */
public record CountedRows(List<CountedRow> rows, boolean isTruncated) {}
