package io.clickledger.serving.reports.answer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clickledger.serving.reports.plan.ReportAnswer;
import io.clickledger.serving.reports.query.ReportFormat;
import io.clickledger.serving.reports.query.ReportQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;

/** Answers as they were written last, so that equal questions at one pin are written once. */
final class WrittenReports {
  private static final int TAG_BYTES = 16;

  private record Key(ReportQuery query, ReportFormat format) {}

  /**
   * An answer as it goes over HTTP.
   *
   * @param tag of HTTP: equal where query, format and the snapshots that the rows are read from are
   */
  record Written(ReportAnswer answer, byte[] body, String tag) {

    /** Of memory: the rows too, which nobody else may keep any more. */
    private int bytes() {
      return (int) Math.min(Integer.MAX_VALUE, (long) answer.bytes() + body.length);
    }

    private boolean isOf(ReportAnswer other) {
      return answer.pin() == other.pin()
          && answer.rows() == other.rows()
          && answer.isStale() == other.isStale();
    }
  }

  private final Cache<Key, Written> last;

  WrittenReports(long maxBytes) {
    this.last =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<Key, Written>weigher((key, written) -> written.bytes())
            .build();
  }

  Written of(ReportAnswer answer, ReportFormat format, Function<ReportAnswer, byte[]> writer) {
    Key key = new Key(answer.query(), format);
    Written known = last.getIfPresent(key);
    if (known != null && known.isOf(answer)) {
      return known;
    }
    Written written = new Written(answer, writer.apply(answer), tag(answer, format));
    last.put(key, written);
    return written;
  }

  /** Weak, because as_of and the age of an answer differ where the rows are the same. */
  private static String tag(ReportAnswer answer, ReportFormat format) {
    String function =
        String.join(
            " ",
            answer.query().toString(),
            format.word(),
            answer.plan().finalSnapshotId().toString(),
            answer.plan().liveSnapshotId().toString(),
            answer
                .plan()
                .publication()
                .map(published -> published.id() + " " + published.publishedAt())
                .orElse(""),
            String.valueOf(answer.isStale()));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(function.getBytes(StandardCharsets.UTF_8));
      return "W/\"" + HexFormat.of().formatHex(Arrays.copyOf(hash, TAG_BYTES)) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
