package io.clickledger.sandbox.simulator.traffic;

/** Which way a record goes into the platform. */
public enum Target {
  HTTP,
  KAFKA
}
