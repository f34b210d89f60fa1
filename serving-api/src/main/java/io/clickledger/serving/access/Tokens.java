package io.clickledger.serving.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.clickledger.metadata.access.KeyRequest;
import io.clickledger.metadata.access.Role;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognizes bearer tokens: JWTs that the issuer signed by one of the algorithms allowed, for this
 * audience, and that are not over.
 */
final class Tokens {
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

  private static final int TIMEOUT_MILLIS = 3_000;
  private static final int MAX_KEY_SET_BYTES = 256 * 1024;
  private static final int MAX_CLOCK_SKEW_SECONDS = 30;

  /** How long the key set last read serves while it cannot be read. */
  private static final Duration MAX_OUTAGE = Duration.ofHours(1);

  private final TokenSettings settings;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Tokens(TokenSettings settings, URI jwks, Clock clock) {
    this.settings = settings;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet()),
            source(jwks)));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            settings.audience().orElseThrow(),
            new JWTClaimsSet.Builder().issuer(settings.issuer().orElseThrow()).build(),
            Set.of("sub", "exp")) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    claims.setMaxClockSkew(MAX_CLOCK_SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  /**
   * The principal of a token; empty where it opens nothing.
   *
   * @throws io.clickledger.http.ProblemException 403 where it is the issuer's but names no role,
   *     503 where the issuer's keys cannot be read
   */
  Optional<Principal> principal(String token) {
    try {
      return Optional.of(principal(processor.process(token, null)));
    } catch (RateLimitReachedException e) {
      // Of a key that is unknown, more often than the issuer may be asked.
      return Optional.empty();
    } catch (KeySourceException e) {
      LOG.warn("the key set of the issuer cannot be read: {}", e.toString());
      throw Refusals.unavailable("tokens cannot be checked at present: try again");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      return Optional.empty();
    }
  }

  private Principal principal(JWTClaimsSet claims) {
    List<Role> roles =
        texts(claims, settings.roleClaim()).stream()
            .flatMap(text -> Role.of(text).stream())
            .toList();
    if (roles.size() != 1) {
      throw Refusals.forbidden(
          "the claim %s of the token must have one of %s"
              .formatted(settings.roleClaim(), Role.words()));
    }
    Role role = roles.get(0);
    Set<String> ids =
        role.isScoped()
            ? new TreeSet<>(
                texts(
                    claims,
                    role == Role.PUBLISHER
                        ? settings.publishersClaim()
                        : settings.advertisersClaim()))
            : Set.of();
    String name = role + " " + claims.getSubject();
    try {
      new KeyRequest(role.word(), role, new TreeSet<>(ids), Optional.empty());
    } catch (IllegalArgumentException e) {
      throw Refusals.forbidden("the token has no scope that its role needs: " + e.getMessage());
    }
    return new Principal("token:" + claims.getSubject(), name, role, Principal.scope(role, ids));
  }

  /** The claim's text or texts; none where it has something else. */
  private static List<String> texts(JWTClaimsSet claims, String name) {
    Object claim = claims.getClaim(name);
    if (claim instanceof String text) {
      return List.of(text);
    }
    return claim instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
        ? list.stream().map(String.class::cast).toList()
        : List.of();
  }

  private static JWKSource<SecurityContext> source(URI jwks) {
    JWKSourceBuilder<SecurityContext> builder =
        jwks.getScheme().equals("file")
            ? JWKSourceBuilder.create(new KeySetFile(Path.of(jwks)))
            : JWKSourceBuilder.create(
                url(jwks),
                new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEY_SET_BYTES));
    return builder.retrying(true).outageTolerant(MAX_OUTAGE.toMillis()).build();
  }

  private static URL url(URI jwks) {
    try {
      return jwks.toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("jwks must be a URI that can be read, was " + jwks, e);
    }
  }

  /** A key set in a file, read again as one at an address would be. */
  private record KeySetFile(Path file) implements JWKSetSource<SecurityContext> {

    @Override
    public JWKSet getJWKSet(
        JWKSetCacheRefreshEvaluator refresh, long currentTime, SecurityContext context)
        throws KeySourceException {
      try {
        return JWKSet.load(file.toFile());
      } catch (IOException | ParseException e) {
        throw new JWKSetUnavailableException("cannot read " + file, e);
      }
    }

    @Override
    public void close() {
      // Nothing stays open.
    }
  }
}
