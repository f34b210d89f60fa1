/**
 * The streaming driver of production on parts of its own, for programs that break or measure it.
 * In: a folder. Out: a broker, PostgreSQL and a migrated lake in it, and drivers that run on them.
 */
package io.clickledger.sandbox.driver;
