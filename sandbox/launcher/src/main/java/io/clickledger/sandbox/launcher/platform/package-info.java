/**
 * The parts of one platform and their configuration. In: a data folder. Out: parts that can be
 * started, stopped and asked whether they answer; settings files and secrets. Depends on no other
 * package of the module.
 */
package io.clickledger.sandbox.launcher.platform;
