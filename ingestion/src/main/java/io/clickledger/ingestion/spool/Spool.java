package io.clickledger.ingestion.spool;

import io.clickledger.ingestion.metrics.IngestionMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clicks in append-only segments of a folder, of which one process at a time is the owner. A click
 * is kept once its future completes: it is on the disk then, also after a kill or a power failure.
 * Requests that come while the disk is busy are written together, with one fsync.
 */
public final class Spool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final String SUFFIX = ".clicks";
  private static final String SET_ASIDE = "set-aside";

  /** A kill while clicks are sent repeats at most the clicks of one segment. */
  private static final long SEGMENT_BYTES = 16 * 1024 * 1024;

  /** So much must be free for the spool to say that it has room. */
  static final int MAX_REQUEST_BYTES = 1024 * 1024;

  private static final int MAX_GROUP_BYTES = 4 * 1024 * 1024;
  private static final long MAX_QUEUED_BYTES = 32 * 1024 * 1024;

  /** How long after a failed write the spool says that it has no room. */
  private static final Duration FAILURE_PERIOD = Duration.ofSeconds(5);

  private final Path folder;
  private final long maxBytes;
  private final SetAside setAside;
  private final FileChannel lock;
  private final Thread writer = new Thread(this::writeGroups, "spool-writer");
  private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** Oldest first. Guarded by this, as are the two that follow. */
  private final Deque<Segment> segments = new ArrayDeque<>();

  private Optional<FileChannel> open = Optional.empty();
  private long nextNumber = 1;

  /** Guarded by the queue. */
  private boolean closed;

  private volatile long failedNanos = System.nanoTime() - FAILURE_PERIOD.toNanos();

  /** A file, and how many of its bytes are on the disk for sure. */
  private static final class Segment {
    private final Path file;
    private long length;

    Segment(Path file, long length) {
      this.file = file;
      this.length = length;
    }
  }

  /** The clicks of one request; no bytes ask the writer to end. */
  private record Request(ByteBuffer records, CompletableFuture<Void> kept) {
    int bytes() {
      return records.limit();
    }
  }

  private Spool(Path folder, long maxBytes, FileChannel lock, IngestionMetrics metrics)
      throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.lock = lock;
    this.setAside = new SetAside(folder.resolve(SET_ASIDE), metrics);
    findSegments();
    metrics.spool(bytes::get);
    writer.setDaemon(true);
    writer.start();
  }

  /**
   * Opens the folder, and makes it where it is missing. What a kill left unfinished at the end of
   * the newest segment is cut: it was never acknowledged.
   *
   * @throws SpoolException where the folder cannot be written to, or another process has it
   */
  public static Spool open(Path folder, long maxBytes, IngestionMetrics metrics) {
    try {
      SpoolFiles.createFolder(folder);
      FileChannel lock =
          SpoolFiles.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        acquire(lock, folder);
        return new Spool(folder, maxBytes, lock, metrics);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new SpoolException("spool.folder must be a folder to write to, was " + folder, e);
    }
  }

  private static void acquire(FileChannel lock, Path folder) throws IOException {
    FileLock acquired;
    try {
      acquired = lock.tryLock();
    } catch (OverlappingFileLockException e) {
      acquired = null;
    }
    if (acquired == null) {
      throw new SpoolException(
          "spool.folder must be a folder of this process alone, another one uses " + folder);
    }
    // A full disk is found now, not by the first click.
    lock.truncate(0);
    SpoolFiles.writeAll(
        lock,
        ByteBuffer.wrap(
            (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
    lock.force(true);
  }

  private void findSegments() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files =
          listed.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    }
    if (files.isEmpty()) {
      return;
    }
    Path newest = files.get(files.size() - 1);
    cutUnfinished(newest);
    String number = newest.getFileName().toString();
    nextNumber = Long.parseLong(number.substring(0, number.length() - SUFFIX.length())) + 1;
    for (Path file : files) {
      long length = Files.size(file);
      segments.add(new Segment(file, length));
      bytes.addAndGet(length);
    }
    LOG.info("{} bytes of clicks of before wait in {}", bytes, folder);
  }

  private static void cutUnfinished(Path file) throws IOException {
    ByteBuffer segment = ByteBuffer.wrap(Files.readAllBytes(file));
    int end = 0;
    // Damaged bytes with a record behind them are no unfinished end: the reader sets them aside.
    int next = RecordFormat.nextRecord(segment, 0);
    while (next < segment.limit()) {
      end = RecordFormat.end(segment, next);
      next = RecordFormat.nextRecord(segment, end);
    }
    if (end < segment.limit()) {
      LOG.warn("cut {} unfinished bytes at the end of {}", segment.limit() - end, file);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
        channel.force(true);
      }
    }
  }

  /**
   * Keeps all clicks. The future completes, on the only thread that writes, when all are on the
   * disk; it fails with a SpoolException that says why they are not.
   */
  public CompletableFuture<Void> append(List<SpooledClick> clicks) {
    Request request = new Request(RecordFormat.write(clicks), new CompletableFuture<>());
    synchronized (queue) {
      try {
        checkRoom(request.bytes());
      } catch (IOException e) {
        return CompletableFuture.failedFuture(notWritten(e));
      } catch (SpoolException e) {
        return CompletableFuture.failedFuture(e);
      }
      queuedBytes.addAndGet(request.bytes());
      queue.add(request);
    }
    return request.kept();
  }

  private void checkRoom(int more) throws IOException {
    if (closed) {
      throw new SpoolException("the spool is closed");
    }
    if (queuedBytes.get() + more > MAX_QUEUED_BYTES) {
      throw new SpoolException("too many clicks wait for the spool already");
    }
    if (!hasBytes(more)) {
      throw new SpoolException("the spool is full (spool.max-bytes is %d)".formatted(maxBytes));
    }
  }

  private boolean hasBytes(int more) throws IOException {
    // Queued bytes are counted first, so that none is missed on its way from one to the other.
    long all = queuedBytes.get() + bytes.get() + more;
    return all + setAside.bytes() <= maxBytes || all + setAside.measure() <= maxBytes;
  }

  /** Whether the next request will most likely be kept. */
  public boolean hasRoom() throws IOException {
    return hasBytes(MAX_REQUEST_BYTES)
        && System.nanoTime() - failedNanos >= FAILURE_PERIOD.toNanos();
  }

  /** Bytes of clicks that wait. */
  public long bytes() {
    return bytes.get();
  }

  /** The oldest clicks that wait. Their segment gets no more of them; it is kept until removed. */
  public synchronized Optional<SegmentReader> oldest() throws IOException {
    if (segments.isEmpty()) {
      return Optional.empty();
    }
    if (segments.size() == 1) {
      closeSegment();
    }
    Segment oldest = segments.getFirst();
    return Optional.of(new SegmentReader(oldest.file, oldest.length, setAside));
  }

  /** Deletes the oldest segment, all of whose clicks are where they belong. */
  public synchronized void remove(SegmentReader read) throws IOException {
    Segment oldest = segments.getFirst();
    if (!oldest.file.equals(read.file())) {
      throw new IllegalArgumentException(
          "%s must be the oldest segment, which is %s".formatted(read.file(), oldest.file));
    }
    Files.deleteIfExists(oldest.file);
    segments.removeFirst();
    bytes.addAndGet(-oldest.length);
  }

  private void writeGroups() {
    List<Request> group = new ArrayList<>();
    boolean last = false;
    while (!last) {
      try {
        last = takeGroup(group);
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody may interrupt the writer of the spool", e);
      }
      int size = group.stream().mapToInt(Request::bytes).sum();
      Optional<SpoolException> failure = write(group, size);
      queuedBytes.addAndGet(-size);
      for (Request request : group) {
        failure.ifPresentOrElse(
            request.kept()::completeExceptionally, () -> request.kept().complete(null));
      }
      group.clear();
    }
  }

  /** Waits for a request and takes those behind it; true where it was asked to end. */
  private boolean takeGroup(List<Request> group) throws InterruptedException {
    int size = 0;
    for (Request next = queue.take(); next != null; next = queue.poll()) {
      if (next.bytes() == 0) {
        return true;
      }
      group.add(next);
      size += next.bytes();
      if (size >= MAX_GROUP_BYTES) {
        return false;
      }
    }
    return false;
  }

  private synchronized Optional<SpoolException> write(List<Request> group, int size) {
    if (size == 0) {
      return Optional.empty();
    }
    try {
      FileChannel channel = segmentToWrite();
      for (Request request : group) {
        SpoolFiles.writeAll(channel, request.records());
      }
      channel.force(false);
      segments.getLast().length += size;
      bytes.addAndGet(size);
      return Optional.empty();
    } catch (IOException e) {
      failedNanos = System.nanoTime();
      abandonSegment();
      return Optional.of(notWritten(e));
    }
  }

  private FileChannel segmentToWrite() throws IOException {
    if (open.isPresent() && segments.getLast().length >= SEGMENT_BYTES) {
      closeSegment();
    }
    if (open.isEmpty()) {
      Path file = folder.resolve("%019d%s".formatted(nextNumber++, SUFFIX));
      open =
          Optional.of(
              SpoolFiles.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      segments.add(new Segment(file, 0));
      SpoolFiles.forceFolder(folder);
    }
    return open.get();
  }

  private void closeSegment() throws IOException {
    if (open.isPresent()) {
      FileChannel channel = open.get();
      open = Optional.empty();
      channel.close();
    }
  }

  /**
   * After a failed write or fsync nobody knows what of the newest bytes is on the disk, and a later
   * fsync may succeed without them. The segment ends with what was acknowledged.
   */
  private void abandonSegment() {
    if (open.isEmpty()) {
      return;
    }
    Segment segment = segments.getLast();
    try (FileChannel channel = open.get()) {
      channel.truncate(segment.length);
    } catch (IOException e) {
      LOG.warn("could not cut {} to {} bytes", segment.file, segment.length, e);
    }
    open = Optional.empty();
    if (segment.length == 0) {
      try {
        Files.deleteIfExists(segment.file);
        segments.removeLast();
      } catch (IOException e) {
        LOG.warn("could not delete {}, which is empty", segment.file, e);
      }
    }
  }

  private SpoolException notWritten(IOException e) {
    return new SpoolException("the spool %s cannot be written".formatted(folder), e);
  }

  /** Writes what was appended before, then leaves the folder to another process. */
  @Override
  public void close() {
    synchronized (queue) {
      if (closed) {
        return;
      }
      closed = true;
      queue.add(new Request(ByteBuffer.allocate(0), new CompletableFuture<>()));
    }
    try {
      writer.join();
      synchronized (this) {
        closeSegment();
      }
      lock.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("could not close the spool {}", folder, e);
    }
  }
}
