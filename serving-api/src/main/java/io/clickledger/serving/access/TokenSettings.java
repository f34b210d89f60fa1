package io.clickledger.serving.access;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which bearer tokens (JWT) are taken.
 *
 * @param jwks key set of the issuer: https:, file:, or http: of loopback; absent where no token is
 *     taken
 * @param issuer exactly what {@code iss} must be
 * @param audience one of what {@code aud} must have
 * @param algorithms that tokens may be signed by
 * @param roleClaim name of the claim with the role
 * @param advertisersClaim name of the claim with the ids that the role advertiser sees
 * @param publishersClaim name of the claim with the ids that the role publisher sees
 */
public record TokenSettings(
    Optional<URI> jwks,
    Optional<String> issuer,
    Optional<String> audience,
    List<String> algorithms,
    String roleClaim,
    String advertisersClaim,
    String publishersClaim) {

  /** Signatures by a private key that only the issuer has: neither none nor a shared secret. */
  private static final Set<String> ASYMMETRIC =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  public TokenSettings {
    algorithms = List.copyOf(algorithms);
    for (String algorithm : algorithms) {
      if (!ASYMMETRIC.contains(algorithm)) {
        throw new IllegalArgumentException(
            "algorithms must be of RS, PS or ES with 256, 384 or 512, was " + algorithm);
      }
    }
    if (jwks.isPresent()) {
      requireTrusted(jwks.get());
      if (issuer.isEmpty() || audience.isEmpty() || algorithms.isEmpty()) {
        throw new IllegalArgumentException(
            "issuer, audience and algorithms must be given where jwks is");
      }
    }
  }

  /** Whoever can change the key set on its way can sign tokens. */
  private static void requireTrusted(URI jwks) {
    String scheme = String.valueOf(jwks.getScheme());
    boolean isTrusted =
        scheme.equals("https")
            || scheme.equals("file")
            || scheme.equals("http") && LOOPBACK.contains(String.valueOf(jwks.getHost()));
    if (!isTrusted) {
      throw new IllegalArgumentException("jwks must be an https: or file: URI, was " + jwks);
    }
  }
}
