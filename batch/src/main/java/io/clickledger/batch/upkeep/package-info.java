/** Care of the tables themselves: their migrations. */
package io.clickledger.batch.upkeep;
