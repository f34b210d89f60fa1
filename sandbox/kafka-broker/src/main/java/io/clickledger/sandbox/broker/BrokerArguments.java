package io.clickledger.sandbox.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the broker's command line says. */
record BrokerArguments(
    Path dataDirectory, int port, int controllerPort, List<TopicArgument> topics) {

  static final String USAGE =
      "usage: --data-dir FOLDER --port PORT --controller-port PORT [--topic NAME:PARTITIONS]...";

  BrokerArguments {
    if (dataDirectory == null) {
      throw new IllegalArgumentException("--data-dir is missing; " + USAGE);
    }
    requirePort("--port", port);
    requirePort("--controller-port", controllerPort);
    topics = List.copyOf(topics);
  }

  static BrokerArguments parse(String[] args) {
    Path dataDirectory = null;
    int port = 0;
    int controllerPort = 0;
    List<TopicArgument> topics = new ArrayList<>();
    for (int i = 0; i < args.length; i += 2) {
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value; " + USAGE);
      }
      String value = args[i + 1];
      switch (args[i]) {
        case "--data-dir" -> dataDirectory = Path.of(value).toAbsolutePath();
        case "--port" -> port = number(args[i], value);
        case "--controller-port" -> controllerPort = number(args[i], value);
        case "--topic" -> topics.add(TopicArgument.parse(value));
        default -> throw new IllegalArgumentException("unknown " + args[i] + "; " + USAGE);
      }
    }
    return new BrokerArguments(dataDirectory, port, controllerPort, topics);
  }

  private static void requirePort(String name, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(name + " must be 1..65535, was " + port + "; " + USAGE);
    }
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, was " + value, e);
    }
  }
}
