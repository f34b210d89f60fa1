/**
 * Processes that outlive their starter or end with it: plans, pid files, logs, ports, JDKs. In: a
 * command line. Out: a {@link io.clickledger.sandbox.parts.process.ManagedProcess}. Knows none of
 * the parts.
 */
package io.clickledger.sandbox.parts.process;
