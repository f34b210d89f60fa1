/**
 * The data folder of a platform: where everything of it is, what was chosen at its first start, its
 * secrets and the settings files of its programs. In: options of {@code up}. Out: files. Depends on
 * no other package of the module.
 */
package io.clickledger.sandbox.launcher.folder;
