package io.clickledger.batch.audit.offsets;

/**
 * The account of all offsets of one Kafka partition.
 *
 * @param clicks rows of raw.clicks
 * @param rejected rows of raw.rejected_clicks
 * @param acceptedGap offsets that Kafka had lost and a person accepted to go on without
 * @param expired offsets whose rows retention has deleted since
 * @param markers offsets that hold no record: ends of transactions, and what was aborted
 * @param missing offsets that nothing explains
 * @param findings how many things are wrong
 */
public record PartitionProof(
    OffsetRange range,
    long clicks,
    long rejected,
    long acceptedGap,
    long expired,
    long markers,
    long missing,
    long findings) {

  public static final String HEADER =
      "%9s %14s %14s %12s = %12s + %10s + %8s + %8s + %8s + %8s  %s"
          .formatted(
              "partition",
              "first",
              "end",
              "offsets",
              "clicks",
              "rejected",
              "accepted",
              "expired",
              "markers",
              "missing",
              "wrong");

  /** A line under {@link #HEADER}. */
  @Override
  public String toString() {
    return "%9d %14d %14d %12d = %12d + %10d + %8d + %8d + %8d + %8d  %s"
        .formatted(
            range.partition(),
            range.from(),
            range.to(),
            range.size(),
            clicks,
            rejected,
            acceptedGap,
            expired,
            markers,
            missing,
            findings == 0 ? "none" : findings);
  }

  /** A proof while it is put together. */
  static final class Account {
    private final OffsetRange range;
    private final Findings findings;
    private long clicks;
    private long rejected;
    private long acceptedGap;
    private long expired;
    private long markers;
    private long missing;
    private long doubled;
    private long contradictions;

    /**
     * @param findings takes what is wrong
     */
    Account(OffsetRange range, Findings findings) {
      this.range = range;
      this.findings = findings;
    }

    /** Offsets that nothing explains, so far. */
    long allMissing() {
      return missing;
    }

    void landed(long clicks, long rejected) {
      this.clicks += clicks;
      this.rejected += rejected;
    }

    void accepted(long offsets) {
      acceptedGap += offsets;
    }

    void expired(long offsets) {
      expired += offsets;
    }

    void markers(long offsets) {
      markers += offsets;
    }

    void missing(Findings.Kind kind, OffsetRange lost, String finding) {
      missing += lost.size();
      contradictions++;
      findings.add(kind, finding);
    }

    /** Offsets that are there once more, and named elsewhere. */
    void twice(long offsets) {
      doubled += offsets;
      contradictions += offsets;
    }

    /** Contradictions of landings and rows, which are named elsewhere. */
    void contradicted(long times) {
      contradictions += times;
    }

    PartitionProof close() {
      long accounted = clicks + rejected - doubled + acceptedGap + expired + markers + missing;
      if (accounted != range.size()) {
        contradictions++;
        findings.add(
            Findings.Kind.SUM,
            "%s: %d of the %d offsets are accounted for".formatted(range, accounted, range.size()));
      }
      return new PartitionProof(
          range, clicks, rejected, acceptedGap, expired, markers, missing, contradictions);
    }
  }
}
