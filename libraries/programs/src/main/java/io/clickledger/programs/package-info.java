/**
 * How every program starts and ends: {@link JobMain} reads settings and options, runs the program,
 * and turns what happened into an {@link ExitCode}.
 */
package io.clickledger.programs;
