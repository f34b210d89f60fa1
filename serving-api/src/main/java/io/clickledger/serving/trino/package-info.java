/** How the serving API asks Trino: SQL files, typed rows, and failures as problems. */
package io.clickledger.serving.trino;
