package io.clickledger.serving.access;

import io.clickledger.serving.reports.query.Scope;
import io.javalin.http.Context;
import java.util.Optional;

/** The principal of a request, from where it was recognized to where its scope is needed. */
public final class Access {

  private static final String PRINCIPAL = "clickledger.principal";

  private Access() {}

  static void recognize(Context context, Principal principal) {
    context.attribute(PRINCIPAL, principal);
  }

  /** Whoever asks, where he had to prove who he is. */
  static Optional<Principal> known(Context context) {
    return Optional.ofNullable(context.attribute(PRINCIPAL));
  }

  static Principal principal(Context context) {
    return known(context)
        .orElseThrow(() -> new IllegalStateException(context.path() + " was let pass by nobody"));
  }

  /**
   * What whoever asks may see.
   *
   * @throws IllegalStateException where nobody was recognized: no scope is never every scope
   */
  public static Scope scope(Context context) {
    return principal(context).scope();
  }

  /** Whoever asks, for limits. */
  public static String asker(Context context) {
    return principal(context).subject();
  }

  /** The role of whoever asks, for metrics. */
  public static String role(Context context) {
    return known(context).map(principal -> principal.role().word()).orElse("none");
  }
}
