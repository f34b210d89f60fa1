/** What is counted for money: rollups of a night, exact and published as one pointer. */
package io.clickledger.batch.billing;
