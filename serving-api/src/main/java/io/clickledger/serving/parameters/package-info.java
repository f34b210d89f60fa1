/** What requests ask for by query parameters, read once for all handlers. */
package io.clickledger.serving.parameters;
