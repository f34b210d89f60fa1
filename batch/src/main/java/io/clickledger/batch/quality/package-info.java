/** The checks that a billing run must pass before it is published, with Deequ. */
package io.clickledger.batch.quality;
