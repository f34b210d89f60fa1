/**
 * Breaks the streaming driver and what it stands on, and checks against the oracle that nothing was
 * lost and nothing counted twice. In: parts of its own. Out: a line for each run, and exit status 1
 * where a single click differs.
 */
package io.clickledger.sandbox.faults;
