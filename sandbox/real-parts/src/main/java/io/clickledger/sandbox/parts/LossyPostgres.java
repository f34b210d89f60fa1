package io.clickledger.sandbox.parts;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * A proxy to a PostgreSQL server that drops chosen statements, or their answers, together with the
 * connection. It understands just enough of the protocol to recognize a prepared statement that is
 * executed outside of a transaction.
 */
public final class LossyPostgres implements AutoCloseable {
  private static final byte PARSE = 'P';
  private static final byte BIND = 'B';
  private static final byte READY = 'Z';

  private static final IntPredicate NONE = number -> false;

  private final PostgresServer postgres;
  private final Predicate<String> statements;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();

  private Loss loss = Loss.ANSWER;
  private IntPredicate numbers = NONE;
  private final List<List<String>> seen = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  /** What is lost. */
  public enum Loss {
    /** The statement takes effect, but its answer is lost. */
    ANSWER,
    /** The statement is lost, which the client cannot know. */
    STATEMENT
  }

  private LossyPostgres(
      PostgresServer postgres, Predicate<String> statements, ServerSocket listener) {
    this.postgres = postgres;
    this.statements = statements;
    this.listener = listener;
  }

  /**
   * Listens on a free port of loopback and loses nothing yet.
   *
   * @param statements which statements count
   */
  public static LossyPostgres before(PostgresServer postgres, Predicate<String> statements) {
    try {
      LossyPostgres lossy =
          new LossyPostgres(
              postgres, statements, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      start("lossy-postgres", lossy::accept);
      return lossy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The database by this way, with unqualified names meant in this schema. */
  public String jdbcUrl(String schema) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?currentSchema=%s&sslmode=disable&gssEncMode=disable"
        .formatted(listener.getLocalPort(), PostgresServer.DATABASE, schema);
  }

  /**
   * Loses statements from now on.
   *
   * @param numbers which of them, counted from one
   */
  public void lose(Loss what, IntPredicate numbers) {
    lose(what, numbers, () -> {});
  }

  /**
   * The same.
   *
   * @param meanwhile is done each time before the client can know of its loss
   */
  public synchronized void lose(Loss what, IntPredicate numbers, Runnable meanwhile) {
    this.loss = what;
    this.numbers = numbers;
    this.meanwhile = meanwhile;
    this.seen.clear();
  }

  /** How many of the statements came since {@link #lose}; loses none from now on. */
  public synchronized int seen() {
    numbers = NONE;
    return seen.size();
  }

  /** The text parameters of each of the statements that came since {@link #lose}, in order. */
  public synchronized List<List<String>> parameters() {
    return List.copyOf(seen);
  }

  /** What is lost of the next statement; empty where nothing is. */
  private synchronized Optional<Loss> next(List<String> parameters) {
    seen.add(parameters);
    return numbers.test(seen.size()) ? Optional.of(loss) : Optional.empty();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Link link =
            new Link(
                listener.accept(), new Socket(InetAddress.getLoopbackAddress(), postgres.port()));
        links.add(link);
        start("lossy-postgres-statements", link::statements);
        start("lossy-postgres-answers", link::answers);
      } catch (SocketException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void start(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    links.forEach(Link::close);
  }

  /** One client's connection and its own to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final Map<String, String> prepared = new HashMap<>();
    private volatile boolean loseAnswer;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Whatever ends one direction ends both. */
    private void forward(Socket from, Socket to, Relay relay) {
      try (from;
          to) {
        to.setTcpNoDelay(true);
        relay.run(
            new DataInputStream(new BufferedInputStream(from.getInputStream())),
            new DataOutputStream(new BufferedOutputStream(to.getOutputStream())));
      } catch (EOFException | SocketException e) {
        // The one side or the other hung up.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        links.remove(this);
      }
    }

    void statements() {
      forward(
          client,
          server,
          (in, out) -> {
            // The first message has no type.
            PostgresMessage.read(in, in.readInt()).write(out);
            out.flush();
            while (true) {
              byte type = in.readByte();
              PostgresMessage message = PostgresMessage.read(in, in.readInt());
              if (type == PARSE) {
                prepared.put(message.text(0), message.text(1));
              } else if (type == BIND && statements.test(prepared.get(message.text(1)))) {
                Optional<Loss> lost = next(message.parameters());
                if (lost.equals(Optional.of(Loss.STATEMENT))) {
                  meanwhile.run();
                  return;
                }
                loseAnswer = lost.isPresent();
              }
              out.writeByte(type);
              message.write(out);
              if (in.available() == 0) {
                out.flush();
              }
            }
          });
    }

    void answers() {
      forward(
          server,
          client,
          (in, out) -> {
            while (true) {
              byte type = in.readByte();
              PostgresMessage message = PostgresMessage.read(in, in.readInt());
              if (loseAnswer) {
                if (type == READY) {
                  meanwhile.run();
                  return;
                }
                continue;
              }
              out.writeByte(type);
              message.write(out);
              if (in.available() == 0) {
                out.flush();
              }
            }
          });
    }

    void close() {
      try (client;
          server) {
        links.remove(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @FunctionalInterface
  private interface Relay {
    void run(DataInputStream in, DataOutputStream out) throws IOException;
  }
}
