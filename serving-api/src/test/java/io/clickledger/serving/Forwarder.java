package io.clickledger.serving;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes connections on to Trino, until it is interrupted. */
final class Forwarder implements AutoCloseable {
  private final String url;
  private final URI target;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket server;

  Forwarder(String jdbcUrl) throws IOException {
    this.url = jdbcUrl;
    this.target = URI.create(jdbcUrl.substring("jdbc:".length()));
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.port = server.getLocalPort();
    start(server);
  }

  String url() {
    return url.replace(":" + target.getPort(), ":" + port);
  }

  /** Ends all connections and takes no more. */
  void interrupt() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
    open.clear();
  }

  void restore() throws IOException {
    server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    start(server);
  }

  private void start(ServerSocket accepting) {
    daemon(
        () -> {
          while (!accepting.isClosed()) {
            Socket client = accepting.accept();
            Socket trino = new Socket(target.getHost(), target.getPort());
            open.add(client);
            open.add(trino);
            if (accepting.isClosed()) {
              // Accepted before the interruption, and too late for it to be seen there.
              client.close();
              trino.close();
            }
            daemon(() -> pass(client, trino));
            daemon(() -> pass(trino, client));
          }
        });
  }

  private void pass(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } finally {
      open.remove(from);
    }
  }

  /** What may end by a socket that was closed. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection was interrupted, by the test or by a side of it.
              }
            },
            "forwarder");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    interrupt();
  }
}
