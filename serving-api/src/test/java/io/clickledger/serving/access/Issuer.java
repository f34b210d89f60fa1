package io.clickledger.serving.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** An issuer of tokens, whose key set is in a file. */
public final class Issuer {

  public static final String NAME = "https://issuer.example";
  public static final String AUDIENCE = "clickledger";

  private static Issuer shared;

  private final RSAKey key;
  private final Path jwks;

  private Issuer(RSAKey key, Path jwks) {
    this.key = key;
    this.jwks = jwks;
  }

  /** The one that settings of tests name. */
  public static synchronized Issuer shared() {
    if (shared == null) {
      shared = withKeySet("key-1");
    }
    return shared;
  }

  /** One with a key of its own. */
  public static Issuer withKeySet(String keyId) {
    try {
      RSAKey key = new RSAKeyGenerator(2048).keyID(keyId).generate();
      Path file = Files.createTempFile("issuer", ".jwks");
      file.toFile().deleteOnExit();
      Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
      return new Issuer(key, file);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Settings by which the API takes its tokens. */
  public List<String> settings() {
    return List.of(
        "access.tokens.jwks=" + jwks.toUri(),
        "access.tokens.issuer=" + NAME,
        "access.tokens.audience=" + AUDIENCE);
  }

  /** Claims that open what the role may see, until long after. */
  public static JWTClaimsSet.Builder claims(String role) {
    return new JWTClaimsSet.Builder()
        .issuer(NAME)
        .audience(AUDIENCE)
        .subject(role + "-user")
        .expirationTime(Date.from(Instant.parse("2099-01-01T00:00:00Z")))
        .claim("clickledger_role", role);
  }

  /** A token of a role without scope. */
  public String token(String role) {
    return sign(claims(role).build());
  }

  /** A token of an advertiser or a publisher. */
  public String token(String role, String... ids) {
    return sign(claims(role).claim("clickledger_" + role + "s", List.of(ids)).build());
  }

  /** These claims, signed. */
  public String sign(JWTClaimsSet claims) {
    return sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
  }

  /** These claims, signed, with that header. */
  public String sign(JWSHeader header, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key, as an attacker has it. */
  public RSAKey publicKey() {
    return key.toPublicJWK();
  }
}
