package io.clickledger.sandbox.simulator.traffic;

/** Somebody who clicks: always from the same place with the same browser. */
record User(String id, String address, String userAgent) {}
