package io.clickledger.metadata;

import java.time.Instant;

/** A version of an entity as the histories keep it. */
public interface VersionRow {

  /** The id of the advertiser, campaign, ad or publisher. */
  String entityId();

  /** From when it holds, inclusive. */
  Instant validFrom();

  /** Grows with every version written. */
  long versionId();
}
