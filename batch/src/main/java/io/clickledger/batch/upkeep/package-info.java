/** Care of the tables themselves: their migrations, and what lets them be written to for months. */
package io.clickledger.batch.upkeep;
