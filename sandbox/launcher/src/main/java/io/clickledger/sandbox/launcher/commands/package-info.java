/**
 * Commands that start, stop and show the platform. In: arguments of {@code ./clickledger}. Out: an
 * exit code. Built on the packages steps, supervise and platform.
 */
package io.clickledger.sandbox.launcher.commands;
