/**
 * Live and the last final days in the API's memory. In: rows that Trino reads at the snapshots of a
 * pin. Out: the rows of reports at that pin, from a {@link
 * io.clickledger.serving.window.WindowState}.
 *
 * <p>A state has segments: rows of one table, packed, summed by time and combination of dimensions.
 * Live is a few of them, the last one small, so that a commit costs little; a final day is one.
 */
package io.clickledger.serving.window;
