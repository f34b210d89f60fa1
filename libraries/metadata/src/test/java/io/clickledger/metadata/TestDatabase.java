package io.clickledger.metadata;

import io.clickledger.sandbox.parts.PostgresServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases on one real server, which lives as long as the tests. */
public final class TestDatabase {

  private static final PostgresServer SERVER = PostgresServer.temporary();
  private static final AtomicInteger MADE = new AtomicInteger();
  private static final String TEMPLATE = template();

  private final String name;
  private final DataSource source;
  private final Jdbi jdbi;

  private TestDatabase(String name) {
    this.name = name;
    this.source = source(name);
    this.jdbi = Jdbi.create(source);
  }

  /** An empty database with the schema. */
  public static TestDatabase migrated() {
    return new TestDatabase(create(" TEMPLATE " + TEMPLATE));
  }

  /** A database with nothing in it. */
  public static TestDatabase bare() {
    return new TestDatabase(create(""));
  }

  private static String template() {
    String name = create("");
    MetadataMigrations.migrate(source(name));
    return name;
  }

  private static synchronized String create(String options) {
    String name = "test_" + MADE.incrementAndGet();
    Jdbi.create(SERVER.dataSource())
        .useHandle(handle -> handle.execute("CREATE DATABASE " + name + options));
    return name;
  }

  private static DataSource source(String name) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url(name));
    source.setUser(SERVER.user());
    source.setPassword(SERVER.password());
    return source;
  }

  private static String url(String name) {
    return SERVER.jdbcUrl().replaceFirst("/[^/]*$", "/" + name);
  }

  public String url() {
    return url(name);
  }

  public static String user() {
    return SERVER.user();
  }

  public static String password() {
    return SERVER.password();
  }

  public DataSource source() {
    return source;
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  public MetadataStore store() {
    return new MetadataStore(source);
  }

  public void execute(String sql) {
    jdbi.useHandle(handle -> handle.execute(sql));
  }

  /** A change that is valid from that instant on. */
  void executeFrom(String validFrom, String sql) {
    jdbi.useTransaction(
        handle -> {
          handle.execute("SELECT set_config('clickledger.valid_from', '" + validFrom + "', true)");
          handle.execute(sql);
        });
  }

  public List<String> texts(String sql) {
    return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  public String text(String sql) {
    return texts(sql).get(0);
  }

  /** An advertiser, its campaign and the campaign's ad, all called "a", the ad at 500 micros. */
  TestDatabase withOneAd() {
    execute("INSERT INTO metadata.advertisers VALUES ('adv-a', 'A', 'Europe/Paris', 'EUR')");
    execute(
        "INSERT INTO metadata.campaigns VALUES ('cmp-a', 'adv-a', 'A', '2026-01-01', NULL, NULL, NULL)");
    execute("INSERT INTO metadata.ads VALUES ('ad-a', 'cmp-a', 'A', 500)");
    return this;
  }
}
