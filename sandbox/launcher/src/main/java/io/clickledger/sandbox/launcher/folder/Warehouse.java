package io.clickledger.sandbox.launcher.folder;

/** Where the lake's files are. */
public enum Warehouse {
  /** A folder below the data folder. */
  LOCAL,
  /** A bucket of an S3 endpoint of our own; the streaming checkpoints too. */
  S3
}
