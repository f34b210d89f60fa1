package io.clickledger.sandbox.simulator.traffic;

import java.time.Instant;
import java.util.Random;

/** Everybody who may click. */
interface Users {
  /** Who clicks now, and then rests. */
  User next(Instant now, Random random);

  /** Somebody who never clicks otherwise: whatever he does, no other click counts with it. */
  User stranger(Random random);
}
