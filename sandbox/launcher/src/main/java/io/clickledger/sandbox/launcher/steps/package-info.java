/**
 * What commands are made of: checks, start, shutdown, one run of a job, the demo. In: a platform.
 * Out: a changed platform, and progress on the terminal. Built on the packages platform and folder.
 */
package io.clickledger.sandbox.launcher.steps;
