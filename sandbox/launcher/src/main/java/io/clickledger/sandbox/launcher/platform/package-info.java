/**
 * The parts of one platform. In: a data folder. Out: parts that can be started, stopped and asked
 * whether they answer. Built on the package folder.
 */
package io.clickledger.sandbox.launcher.platform;
