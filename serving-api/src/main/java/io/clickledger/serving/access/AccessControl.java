package io.clickledger.serving.access;

import io.clickledger.http.Check;
import io.clickledger.http.NotReadyException;
import io.clickledger.metadata.access.AccessLog;
import io.clickledger.metadata.access.LogEntry;
import io.clickledger.metadata.access.LogEntry.Outcome;
import io.clickledger.metadata.access.Role;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.security.RouteRole;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Stands before every route: nothing is answered to nobody but what is open, and nobody is answered
 * what is not for his role. A route that names no role is for none.
 */
public final class AccessControl implements AutoCloseable {

  private static final Set<Integer> REFUSED = Set.of(401, 403, 429);

  private final Optional<ApiKeys> keys;
  private final Authentication authentication;
  private final RequestLimits limits;
  private final AccessRecorder recorder;
  private final Set<String> openPaths;
  private final Set<String> openFolders;

  /**
   * @param database of keys and of the log; absent where there are neither
   * @param openPaths answered to everybody
   * @param openFolders of files, each with a / at its end
   */
  public AccessControl(
      AccessSettings settings,
      Optional<DataSource> database,
      Clock clock,
      Set<String> openPaths,
      Set<String> openFolders) {
    this.keys = database.map(source -> new ApiKeys(source, clock, settings.maxKeysAge()));
    this.authentication =
        new Authentication(
            keys, settings.tokens().jwks().map(jwks -> new Tokens(settings.tokens(), jwks, clock)));
    this.limits = new RequestLimits(settings);
    this.recorder = new AccessRecorder(database.map(AccessLog::new));
    this.openPaths = Set.copyOf(openPaths);
    this.openFolders = Set.copyOf(openFolders);
  }

  /** Call it before any route is added. */
  public void register(JavalinConfig config) {
    config.routes.before(this::recognize);
    config.routes.beforeMatched(this::permit);
    config.routes.after(this::logRefusal);
  }

  /** Whether keys can be checked. */
  public Check check() {
    return new Check(
        "keys",
        () -> {
          if (keys.isPresent() && !keys.get().areKnown()) {
            throw new NotReadyException("PostgreSQL did not answer with the keys");
          }
        });
  }

  private void recognize(Context context) {
    if (isOpen(context.path())) {
      return;
    }
    Principal principal = authentication.principal(context);
    Access.recognize(context, principal);
    limits.count(principal, context);
  }

  private boolean isOpen(String path) {
    return openPaths.contains(path)
        || openFolders.stream().anyMatch(path::startsWith) && !path.contains("..");
  }

  private void permit(Context context) {
    Set<RouteRole> allowed = context.routeRoles();
    if (allowed.contains(Permission.EVERYBODY)) {
      return;
    }
    Principal principal = Access.known(context).orElseThrow(Refusals::withoutKey);
    if (!allowed.contains(new Permission.To(principal.role()))) {
      throw Refusals.forbidden(forbidden(context, principal, allowed));
    }
    if (allowed.contains(Permission.EVIDENCE)) {
      context.future(
          () -> recorder.record(entry(context, Outcome.ALLOWED, query(context).strip())));
    }
  }

  private static String forbidden(Context context, Principal principal, Set<RouteRole> allowed) {
    String roles =
        EnumSet.allOf(Role.class).stream()
            .filter(role -> allowed.contains(new Permission.To(role)))
            .map(Role::word)
            .collect(Collectors.joining(", "));
    return "%s may be asked by the roles %s; this key has the role %s"
        .formatted(context.path(), roles, principal.role());
  }

  /** Whoever refused it: this class, or a handler that looked at what is asked for. */
  private void logRefusal(Context context) {
    if (REFUSED.contains(context.statusCode())) {
      recorder.refused(entry(context, Outcome.REFUSED, context.statusCode() + query(context)));
    }
  }

  private static String query(Context context) {
    return context.queryString() == null ? "" : " " + context.queryString();
  }

  private static LogEntry entry(Context context, Outcome outcome, String object) {
    Optional<Principal> known = Access.known(context);
    return new LogEntry(
        known.map(Principal::subject).orElse("nobody"),
        known.map(principal -> principal.role().word()).orElse(""),
        known.map(principal -> principal.scope().toString()).orElse(""),
        context.method().name() + " " + context.path(),
        object,
        outcome);
  }

  @Override
  public void close() {
    recorder.close();
    keys.ifPresent(ApiKeys::close);
  }
}
