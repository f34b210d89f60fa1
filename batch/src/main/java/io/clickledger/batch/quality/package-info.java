/** The gates that a night passes before it is published, on Deequ. */
package io.clickledger.batch.quality;
