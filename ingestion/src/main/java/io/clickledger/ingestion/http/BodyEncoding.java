package io.clickledger.ingestion.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** The encodings of a body; what comes out of one is bounded, however little went in. */
enum BodyEncoding {
  IDENTITY {
    @Override
    InputStream decoder(InputStream encoded) {
      return encoded;
    }
  },
  GZIP {
    @Override
    InputStream decoder(InputStream encoded) throws IOException {
      return new GZIPInputStream(encoded);
    }
  },
  ZSTD {
    @Override
    @SuppressWarnings("resource") // closed by the caller, as the stream that it is
    InputStream decoder(InputStream encoded) throws IOException {
      return new ZstdInputStreamNoFinalizer(encoded).setLongMax(ZSTD_WINDOW_LOG);
    }
  };

  /** 8 MiB, the greatest window of zstd over HTTP (RFC 9659); a decoder takes that much memory. */
  private static final int ZSTD_WINDOW_LOG = 23;

  abstract InputStream decoder(InputStream encoded) throws IOException;

  /**
   * The encoding that the header names.
   *
   * @throws io.clickledger.http.ProblemException 415 for another one
   */
  static BodyEncoding of(String contentEncoding) {
    String name = contentEncoding == null ? "" : contentEncoding.strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "zstd" -> ZSTD;
      default ->
          throw IngestionProblems.unsupported(
              "Content-Encoding", "absent, gzip or zstd", contentEncoding);
    };
  }

  /**
   * The body as it was before it was encoded.
   *
   * @throws io.clickledger.http.ProblemException 400 where it is not encoded so, 413 where it is
   *     longer than allowed
   */
  byte[] decoded(byte[] body, int maxBytes) {
    if (this == IDENTITY) {
      return body;
    }
    try (InputStream in = decoder(new ByteArrayInputStream(body))) {
      byte[] decoded = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw IngestionProblems.tooLarge(maxBytes);
      }
      return decoded;
    } catch (IOException e) {
      // Nothing but memory is read, so it is what the sender sent.
      throw IngestionProblems.notEncodedSo(this);
    }
  }
}
