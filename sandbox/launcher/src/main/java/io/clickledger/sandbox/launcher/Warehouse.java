package io.clickledger.sandbox.launcher;

/** Where the lake's files are. */
enum Warehouse {
  /** A folder below the data folder. */
  LOCAL,
  /** A bucket of an S3 endpoint of our own; the streaming checkpoints too. */
  S3
}
