/**
 * Typed settings: one record tree per program, read once in its {@code main}.
 *
 * <p>Inputs: the program's commented defaults (a resource), settings files, {@code --set}
 * overrides, and the environment for secrets only. Output: the record, or one {@link
 * io.clickledger.settings.SettingsException} that lists every fault.
 */
package io.clickledger.settings;
