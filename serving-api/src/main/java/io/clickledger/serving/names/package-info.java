/** Names of advertisers, campaigns, ads and publishers, kept in memory beside the requests. */
package io.clickledger.serving.names;
