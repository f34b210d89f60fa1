package io.clickledger.sandbox.broker;

/** A topic to have: {@code clicks:4} is clicks with four partitions. */
record TopicArgument(String name, int partitions) {

  TopicArgument {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a topic needs a name");
    }
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "topic " + name + " needs at least 1 partition, was " + partitions);
    }
  }

  static TopicArgument parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new TopicArgument(
          text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("a topic is NAME:PARTITIONS, was " + text, e);
    }
  }

  @Override
  public String toString() {
    return name + ":" + partitions;
  }
}
