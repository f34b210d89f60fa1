package io.clickledger.serving.window;

import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.pins.Publication;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.Trino;
import io.clickledger.serving.window.SeamReader.DayCount;
import io.clickledger.serving.window.SeamReader.Side;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live and the last final days in memory, read through Trino by a thread of its own: as a whole
 * once, then what each commit and each publication brought. A state is replaced by the next one in
 * one step. While Trino is away the last state serves.
 */
public final class Window implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Window.class);

  private final Pins pins;
  private final FreshnessReader freshness;
  private final WindowSettings settings;
  private final MeterRegistry metrics;
  private final SeamReader reader;
  private final Increment increment;
  private final ScheduledExecutorService refresher =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "window");
            thread.setDaemon(true);
            return thread;
          });

  private volatile WindowState state;
  private boolean isFailing;

  private Window(Trino trino, Pins pins, WindowSettings settings, MeterRegistry metrics) {
    this.pins = pins;
    this.freshness = new FreshnessReader(trino);
    this.settings = settings;
    this.metrics = metrics;
    this.reader = new SeamReader(trino);
    this.increment = new Increment(reader, settings);
    Gauge.builder("clickledger.window.memory", this, Window::bytes)
        .description("Memory of the window of live and final rows")
        .baseUnit("bytes")
        .register(metrics);
    Gauge.builder("clickledger.window.age", this, Window::ageSeconds)
        .description("Time since the window was last found current or brought up to date")
        .baseUnit("seconds")
        .register(metrics);
    for (Kind kind : Kind.values()) {
      counter(kind);
    }
  }

  /** How a state is made. */
  private enum Kind {
    FULL,
    INCREMENT,
    PUBLICATION
  }

  private Counter counter(Kind kind) {
    return Counter.builder("clickledger.window.loads")
        .description("States of the window, by how they were read")
        .tag("kind", kind.name().toLowerCase(java.util.Locale.ROOT))
        .register(metrics);
  }

  /** Begins to read, unless the settings have no window. */
  public static Window start(
      Trino trino, Pins pins, WindowSettings settings, MeterRegistry metrics) {
    Window window = new Window(trino, pins, settings, metrics);
    if (settings.isOn()) {
      window.refresher.scheduleWithFixedDelay(
          window::refreshOrLog, 0, settings.refresh().toMillis(), TimeUnit.MILLISECONDS);
    }
    return window;
  }

  /** The last state; empty before the first one, and without a window. */
  public Optional<WindowState> latest() {
    return Optional.ofNullable(state);
  }

  /** Whether the snapshots of the state were found to be the newest too long ago. */
  public boolean isStale(WindowState known) {
    return System.nanoTime() - known.readNanos() > settings.staleAfter().toNanos();
  }

  /** Whether it has been read, or never will be. */
  public boolean isReady() {
    return !settings.isOn() || state != null;
  }

  private void refreshOrLog() {
    try {
      refresh();
      if (isFailing) {
        isFailing = false;
        LOG.info("the window is up to date again");
      }
    } catch (RuntimeException e) {
      if (refresher.isShutdown()) {
        return;
      }
      // Said once, not every refresh for as long as Trino is away.
      if (!isFailing) {
        isFailing = true;
        LOG.warn("the window cannot be brought up to date, its last state serves", e);
      }
    }
  }

  private void refresh() {
    long nanos = System.nanoTime();
    Pin pin = pins.current().join();
    WindowState before = state;
    Optional<WindowState> next = Optional.empty();
    Kind kind = Kind.INCREMENT;
    if (before != null) {
      if (isOfSameSnapshots(before.pin(), pin)) {
        state = before.lookedUp(pin, nanos);
        return;
      }
      next = Optional.of(before);
      if (!before.pin().publication().equals(pin.publication())) {
        kind = Kind.PUBLICATION;
        // Of live, this is still the snapshot before.
        next =
            published(
                before, new Pin(pin.asOf(), before.pin().liveSnapshotId(), pin.publication()));
      }
      if (before.pin().liveSnapshotId() != pin.liveSnapshotId()) {
        next = next.flatMap(known -> increment.state(known, pin, nanos));
      }
    }
    if (next.isEmpty()) {
      kind = Kind.FULL;
      Freshness known = freshness.of(pin, RowFilter.ALL).join();
      next =
          Optional.of(
              new FullLoad(reader, settings, pin)
                  .state(known.landedThrough().orElse(Instant.EPOCH), nanos));
      LOG.info("window loaded: {}", next.get().summary());
    }
    state = Bound.within(settings.maxBytes(), next.get());
    counter(kind).increment();
  }

  private static boolean isOfSameSnapshots(Pin one, Pin other) {
    return one.liveSnapshotId() == other.liveSnapshotId()
        && one.publication().equals(other.publication());
  }

  /** The state at a later publication: days that are new or restated are read, others stay. */
  private Optional<WindowState> published(WindowState before, Pin pin) {
    if (before.pin().publication().isEmpty() || pin.publication().isEmpty()) {
      return Optional.empty();
    }
    Publication old = before.pin().publication().get();
    Publication publication = pin.publication().get();
    LocalDate oldEnd = WindowState.day(old.through());
    LocalDate end = WindowState.day(publication.through());
    LocalDate first = later(WindowState.day(before.finalFrom()), end.minusDays(settings.days()));
    if (publication.id() <= old.id()
        || end.isBefore(oldEnd)
        || !WindowState.start(oldEnd).equals(old.through())
        || !WindowState.start(end).equals(publication.through())) {
      return Optional.empty();
    }
    SortedMap<LocalDate, DayCount> counts =
        reader.counts(pin, Side.FINAL, WindowState.start(first), publication.through());
    Restatements restatements = reader.restatements(publication, first, end, before.combinations());
    SortedMap<LocalDate, Segment> days = new TreeMap<>(before.finalDays().tailMap(first));
    for (LocalDate day = first; day.isBefore(end); day = day.plusDays(1)) {
      if (!day.isBefore(oldEnd)
          || restatements.revision(day) != before.restatements().revision(day)) {
        days.remove(day);
        days.putAll(
            FullLoad.days(reader, pin, day, day.plusDays(1), counts, before.combinations()));
      }
    }
    WindowState after =
        before.published(
            pin,
            days,
            restatements,
            reader.pending(pin, before.combinations()),
            WindowState.start(first),
            before.readNanos());
    return increment.hasTotalsOfFinal(after) ? Optional.of(after) : Optional.empty();
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return one.isAfter(other) ? one : other;
  }

  private double bytes() {
    WindowState known = state;
    return known == null ? 0 : known.bytes();
  }

  private double ageSeconds() {
    WindowState known = state;
    return known == null
        ? Double.NaN
        : Duration.ofNanos(System.nanoTime() - known.readNanos()).toMillis() / 1000.0;
  }

  @Override
  public void close() {
    refresher.shutdownNow();
  }
}
