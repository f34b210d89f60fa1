package io.clickledger.sandbox.simulator.traffic;

import java.time.Instant;

/** A click of an actor whose whole day is planned before it begins. */
record PlannedClick(Instant time, Label label, User user) {}
