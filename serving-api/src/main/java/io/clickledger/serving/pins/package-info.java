/** What answers are pinned to, and how fresh that is. */
package io.clickledger.serving.pins;
