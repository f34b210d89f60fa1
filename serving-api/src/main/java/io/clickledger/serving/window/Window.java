package io.clickledger.serving.window;

import io.clickledger.serving.background.BackgroundTask;
import io.clickledger.serving.pins.Freshness;
import io.clickledger.serving.pins.FreshnessReader;
import io.clickledger.serving.pins.Pin;
import io.clickledger.serving.pins.Pins;
import io.clickledger.serving.trino.RowFilter;
import io.clickledger.serving.trino.Trino;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live and the last final days in memory, read through Trino by a thread of its own: as a whole
 * once, then what each commit and each publication brought. A state is replaced by the next one in
 * one step. While Trino is away the last state serves.
 */
public final class Window implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Window.class);

  /** Reading a window that turns out to have no room makes Trino work. */
  private static final Duration READ_AGAIN_AFTER = Duration.ofMinutes(10);

  private final Pins pins;
  private final FreshnessReader freshness;
  private final WindowSettings settings;
  private final MeterRegistry metrics;
  private final SeamReader reader;
  private final Increment increment;
  private final LaterPublication publication;
  private final BackgroundTask refresher =
      new BackgroundTask(
          "window",
          LOG,
          "the window cannot be brought up to date, its last state serves",
          "the window is up to date again",
          this::refresh);

  private volatile WindowState state;
  private volatile boolean isTooLarge;
  private long readAgainNanos;

  private Window(Trino trino, Pins pins, WindowSettings settings, MeterRegistry metrics) {
    this.pins = pins;
    this.freshness = new FreshnessReader(trino);
    this.settings = settings;
    this.metrics = metrics;
    this.reader = new SeamReader(trino);
    this.increment = new Increment(reader, settings);
    this.publication = new LaterPublication(reader, settings);
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
      window.refresher.start(settings.refresh());
    }
    return window;
  }

  /** The last state; empty before the first one, without a window, and where it has no room. */
  public Optional<WindowState> latest() {
    return Optional.ofNullable(state);
  }

  /** Whether the snapshots of the state were found to be the newest too long ago. */
  public boolean isStale(WindowState known) {
    return System.nanoTime() - known.readNanos() > settings.staleAfter().toNanos();
  }

  /** Whether it has been read, or never will be. */
  public boolean isReady() {
    return !settings.isOn() || state != null || isTooLarge;
  }

  private void refresh() {
    long nanos = System.nanoTime();
    if (isTooLarge && nanos < readAgainNanos) {
      return;
    }
    Pin pin = pins.current().join();
    WindowState before = state;
    if (before != null && before.pin().isOfSameSnapshots(pin)) {
      state = before.lookedUp(pin, nanos);
      return;
    }
    Kind kind =
        before != null && before.pin().publication().equals(pin.publication())
            ? Kind.INCREMENT
            : Kind.PUBLICATION;
    Optional<WindowState> next =
        Optional.ofNullable(before)
            .flatMap(known -> later(known, pin, nanos))
            // Numbers of combinations are not given up one by one.
            .filter(
                later ->
                    later.bytes() <= settings.maxBytes() || !later.hasMostlyUnusedCombinations());
    if (next.isEmpty()) {
      kind = Kind.FULL;
      next = read(pin, nanos);
    }
    next = next.flatMap(later -> Bound.within(settings.maxBytes(), later));
    isTooLarge = next.isEmpty();
    state = next.orElse(null);
    counter(kind).increment();
    if (isTooLarge) {
      readAgainNanos = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
      LOG.warn(
          "live since the last publication needs more than window.mebibytes = {}: reports go to"
              + " Trino, and the window is read again in {}",
          settings.mebibytes(),
          READ_AGAIN_AFTER);
    }
  }

  private Optional<WindowState> read(Pin pin, long nanos) {
    Freshness known = freshness.of(pin, RowFilter.ALL).join();
    Optional<WindowState> whole =
        new FullLoad(reader, settings, pin)
            .state(known.landedThrough().orElse(Instant.EPOCH), nanos);
    whole.ifPresent(loaded -> LOG.info("window loaded: {}", loaded.summary()));
    return whole;
  }

  /**
   * The state at a later pin. First live is brought to its newest snapshot, because that of the
   * state may have expired; then, of that live, the publication.
   */
  private Optional<WindowState> later(WindowState before, Pin pin, long nanos) {
    Optional<WindowState> next = Optional.of(before);
    if (before.pin().liveSnapshotId() != pin.liveSnapshotId()) {
      Pin ofLive = new Pin(pin.asOf(), pin.liveSnapshotId(), before.pin().publication());
      next = increment.state(before, ofLive, nanos);
    }
    return before.pin().publication().equals(pin.publication())
        ? next
        : next.flatMap(known -> publication.state(known, pin, nanos));
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
    refresher.close();
  }
}
