/**
 * The programs that operators run: migration, import, and publication of fraud rules. In: a command
 * line. Out: one sentence and an exit code. Built on the other packages; nothing depends on it.
 */
package io.clickledger.metadata.programs;
