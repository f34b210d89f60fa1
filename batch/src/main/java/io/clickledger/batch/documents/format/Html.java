package io.clickledger.batch.documents.format;

import org.apache.commons.text.StringEscapeUtils;

/**
 * HTML in the making. Text gets in only escaped; tags are those of the program. So no name of an
 * advertiser can become a part of the page.
 */
final class Html {
  private final StringBuilder html = new StringBuilder();

  /** Appends tags that the program itself knows. */
  Html tags(String tags) {
    html.append(tags);
    return this;
  }

  /** Appends a text that may come from anybody, in characters that every XML and HTML may hold. */
  Html text(String text) {
    html.append(StringEscapeUtils.escapeXml11(text));
    return this;
  }

  /** The same, kept from changing the direction of what stands around it. */
  Html foreign(String text) {
    return tags("<bdi>").text(text).tags("</bdi>");
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
