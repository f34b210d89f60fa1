package io.clickledger.history;

import io.clickledger.history.HistoriesIT.Click;
import io.clickledger.rules.history.ClickHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A window of raw.clicks that a test makes up, in pieces. It keeps what was read of it. */
final class ClickPieces implements HistoryWindow {
  private final List<List<Click>> pieces;
  private final Function<List<Click>, Dataset<Row>> rows;
  private final Instant from;
  private final List<Click> read;

  ClickPieces(List<List<Click>> pieces, Function<List<Click>, Dataset<Row>> rows) {
    this(
        pieces,
        rows,
        Instant.ofEpochMilli(
            ClickHistory.visibleFrom(Duration.ofHours(1), newest(pieces).toEpochMilli())),
        new ArrayList<>());
  }

  private ClickPieces(
      List<List<Click>> pieces,
      Function<List<Click>, Dataset<Row>> rows,
      Instant from,
      List<Click> read) {
    this.pieces = pieces;
    this.rows = rows;
    this.from = from;
    this.read = read;
  }

  private static Instant newest(List<List<Click>> pieces) {
    return HistoriesIT.newest(pieces.get(pieces.size() - 1));
  }

  /** The clicks that were read, of this window and of those that are parts of it. */
  List<Click> read() {
    return read;
  }

  @Override
  public Instant from() {
    return from;
  }

  @Override
  public Instant through() {
    return newest(pieces);
  }

  @Override
  public Map<Instant, Long> rowsByLanding(Instant before) {
    return pieces.stream()
        .flatMap(List::stream)
        .filter(click -> landed(click).isBefore(before) && !landed(click).isBefore(from))
        .collect(Collectors.groupingBy(ClickPieces::landed, Collectors.counting()));
  }

  @Override
  public HistoryWindow since(Instant instant) {
    return new ClickPieces(pieces, rows, instant, read);
  }

  @Override
  public int size() {
    return pieces.size();
  }

  @Override
  public long rows() {
    return pieces.stream().mapToLong(List::size).sum();
  }

  @Override
  public void forEach(Listener listener) {
    for (List<Click> piece : pieces) {
      List<Click> visible = piece.stream().filter(click -> !landed(click).isBefore(from)).toList();
      if (!visible.isEmpty()) {
        read.addAll(visible);
        listener.take(rows.apply(visible), HistoriesIT.newest(visible).plus(1, ChronoUnit.MICROS));
      }
    }
  }

  private static Instant landed(Click click) {
    return Instant.ofEpochMilli(click.landedAt());
  }
}
