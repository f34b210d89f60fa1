/** What runs again and again beside the requests. */
package io.clickledger.serving.background;
