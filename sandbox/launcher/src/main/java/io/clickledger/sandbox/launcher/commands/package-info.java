/**
 * Commands that start, stop and show the platform. In: arguments of {@code ./clickledger}. Out: an
 * exit code. Built on the packages steps, supervise, platform and folder.
 */
package io.clickledger.sandbox.launcher.commands;
