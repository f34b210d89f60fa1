/**
 * Restarts parts that ended by themselves. In: the state of every part. Out: restarts, and notes
 * for {@code status}. Built on the packages platform, steps and folder.
 */
package io.clickledger.sandbox.launcher.supervise;
