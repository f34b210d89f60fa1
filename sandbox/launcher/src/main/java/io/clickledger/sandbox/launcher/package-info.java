/**
 * The whole platform on one machine, by one command: starts the real parts and the programs as
 * processes, in the order in which they need each other, and ends them again. In: a data folder.
 * Out: processes that outlive the command, their logs, and settings files as production has them.
 */
package io.clickledger.sandbox.launcher;
