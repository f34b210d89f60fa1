package io.clickledger.serving.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * How much each principal may ask: a token bucket, and so many requests at once. The headers are
 * those of draft-ietf-httpapi-ratelimit-headers.
 */
final class RequestLimits {

  private static final int MAX_PRINCIPALS = 10_000;
  private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  /** What one principal uses. */
  private record Use(Bucket bucket, AtomicInteger underWay) {}

  private final AccessSettings settings;
  private final Cache<String, Use> uses =
      Caffeine.newBuilder().maximumSize(MAX_PRINCIPALS).expireAfterAccess(FORGET_AFTER).build();

  RequestLimits(AccessSettings settings) {
    this.settings = settings;
  }

  /**
   * Counts a request until it is answered.
   *
   * @throws io.clickledger.http.ProblemException 429 where it is one too many
   */
  void count(Principal principal, Context context) {
    Use use = uses.get(principal.subject(), subject -> new Use(bucket(), new AtomicInteger()));
    ConsumptionProbe probe = use.bucket().tryConsumeAndReturnRemaining(1);
    writeHeaders(probe, context);
    if (!probe.isConsumed()) {
      throw Refusals.tooMany(
          "a key may ask %d times a second, and %d times at once after a rest"
              .formatted(settings.requestsPerSecond(), settings.burst()),
          seconds(probe.getNanosToWaitForRefill()));
    }
    if (use.underWay().incrementAndGet() > settings.concurrentRequests()) {
      use.underWay().decrementAndGet();
      throw Refusals.tooMany(
          "a key may have %d requests under way".formatted(settings.concurrentRequests()), 1);
    }
    // Whatever becomes of the request, Jetty calls this once.
    Request.addCompletionListener(
        ServletContextRequest.getServletContextRequest(context.req()),
        failure -> use.underWay().decrementAndGet());
  }

  private void writeHeaders(ConsumptionProbe probe, Context context) {
    long perSecond = settings.requestsPerSecond();
    long missing = settings.burst() - probe.getRemainingTokens();
    context.header(
        "RateLimit-Policy",
        "\"requests\";q=%d;w=%d"
            .formatted(settings.burst(), (settings.burst() + perSecond - 1) / perSecond));
    context.header(
        "RateLimit",
        "\"requests\";r=%d;t=%d"
            .formatted(probe.getRemainingTokens(), (missing + perSecond - 1) / perSecond));
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(settings.burst())
                    .refillGreedy(settings.requestsPerSecond(), Duration.ofSeconds(1)))
        .build();
  }

  private static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
  }
}
