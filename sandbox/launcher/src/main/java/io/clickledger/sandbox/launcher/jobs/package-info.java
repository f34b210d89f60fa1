/**
 * Commands that run one job or program against a running platform. In: arguments of {@code
 * ./clickledger}. Out: what the job prints, and its exit code. Built on the packages commands (its
 * options), steps, platform and folder.
 */
package io.clickledger.sandbox.launcher.jobs;
