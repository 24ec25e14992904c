package io.reprise.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.HttpProxy;
import io.reprise.protocol.connect.RateLimit;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.Repository;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import io.reprise.protocol.rest.Ticket;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A repository with somebody logged in to it (cli.md §1.3). */
public final class Remote implements AutoCloseable {
  private static final int UNAUTHORIZED = 401;
  private static final int GROUP_PARTS = 2;

  private final Repository repository;
  private final RestClient rest;

  private Remote(Repository repository, RestClient rest) {
    this.repository = repository;
    this.rest = rest;
  }

  /**
   * Logs in: secret of the environment, cached ticket, question on the terminal, in this order.
   *
   * @throws CommandFailed if there is no secret and nobody to ask
   */
  public static Remote open(Surroundings at, Repository repository)
      throws CommandFailed, IOException, InterruptedException {
    return open(at, repository, new RateOptions());
  }

  /** As above, on connections held to a rate. */
  public static Remote open(Surroundings at, Repository repository, RateOptions rate)
      throws CommandFailed, IOException, InterruptedException {
    Remote opened = connect(at, repository, rate);
    RepositoryList.count(at, repository);
    return opened;
  }

  /** As {@link #open(Surroundings, Repository)}, for a completion: what is only looked for is not remembered as used. */
  public static Remote glance(Surroundings at, Repository repository)
      throws CommandFailed, IOException, InterruptedException {
    return connect(at, repository, new RateOptions());
  }

  private static Remote connect(Surroundings at, Repository repository, RateOptions rate)
      throws CommandFailed, IOException, InterruptedException {
    Connector connector = connector(at, repository, rate.limit());
    AuthId user = repository.login();
    String secret = Secrets.find(at, "PBS_PASSWORD");
    if (user.isToken()) {
      if (secret == null) {
        throw new CommandFailed(
            "no secret for API token " + user + ": set PBS_PASSWORD or PBS_PASSWORD_FILE");
      }
      return new Remote(
          repository, new RestClient(connector, Credentials.of(user, secret), ticket -> {}));
    }
    var cache = new TicketCache(at);
    if (secret == null) {
      var cached = cache.find(host(repository), user.toString(), now());
      if (cached != null) {
        RestClient rest = client(at, repository, connector, cache, cached.ticket());
        try {
          rest.login();
          return new Remote(repository, rest);
        } catch (RestFailure refused) {
          rest.close();
          if (refused.status() != UNAUTHORIZED || !at.terminal().stdinIsTerminal()) throw refused;
          at.messages().warn("the stored login is no longer valid");
        }
      }
      secret = ask(at, user);
      if (!cache.available()) {
        at.messages().info("XDG_RUNTIME_DIR is not set: this login is not kept");
      }
    }
    RestClient rest = client(at, repository, connector, cache, secret);
    try {
      rest.login();
    } catch (RestFailure refused) {
      rest.close();
      if (refused.status() != UNAUTHORIZED) throw refused;
      throw new CommandFailed(
          "login as " + user + " at " + repository.server() + " failed: " + refused.getMessage());
    }
    return new Remote(repository, rest);
  }

  private static Connector connector(
      Surroundings at, Repository repository, @Nullable RateLimit limit) throws IOException {
    var fingerprints = new Fingerprints(at);
    String given = at.variable("PBS_FINGERPRINT");
    String text = given != null ? given : fingerprints.find(host(repository));
    CertificateFingerprint expected = text == null ? null : CertificateFingerprint.parse(text);
    HttpProxy proxy = HttpProxy.parse(at.variable("ALL_PROXY"));
    if (proxy != null) at.messages().info("Using HTTP proxy " + proxy);
    return new Connector(
        repository.server(),
        expected,
        new CertificateQuestion(at, fingerprints, given == null),
        proxy,
        limit);
  }

  private static RestClient client(
      Surroundings at,
      Repository repository,
      Connector connector,
      TicketCache cache,
      String password) {
    AuthId user = repository.login();
    return new RestClient(
        connector,
        new Credentials.Password(user, password),
        ticket -> remember(at, cache, host(repository), user, ticket));
  }

  /** A ticket that cannot be stored is only asked for again. */
  private static void remember(
      Surroundings at, TicketCache cache, String host, AuthId user, Ticket ticket) {
    try {
      cache.store(
          host,
          user.toString(),
          new TicketCache.Ticket(ticket.ticket(), ticket.csrfToken()),
          ticket.epochSecond());
    } catch (IOException e) {
      at.messages().warn("storing the login failed: " + e.getMessage());
    }
  }

  private static String ask(Surroundings at, AuthId user) throws CommandFailed, IOException {
    if (!at.terminal().stdinIsTerminal()) {
      throw new CommandFailed("no password for "
          + user
          + ": set PBS_PASSWORD or PBS_PASSWORD_FILE, or log in from a terminal");
    }
    return at.terminal().readSecret("Password for \"" + user + "\": ");
  }

  /** Forgets the ticket of a repository's user. @return false if there was none */
  public static boolean forget(Surroundings at, Repository repository) throws IOException {
    return new TicketCache(at).remove(host(repository), repository.login().toString(), now());
  }

  private static String host(Repository repository) {
    return repository.server().host();
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  public Repository repository() {
    return repository;
  }

  public RestClient rest() {
    return rest;
  }

  /** Path of a call below this datastore, e.g. {@code status}. */
  public String path(String call) {
    return RestClient.path("admin", "datastore", repository.store(), call);
  }

  /** A snapshot as given, or the newest finished one of a group. */
  public SnapshotId snapshot(Namespace ns, String groupOrSnapshot)
      throws CommandFailed, IOException {
    if (groupOrSnapshot.split("/", -1).length != GROUP_PARTS) {
      return SnapshotId.parse(groupOrSnapshot);
    }
    GroupId group = GroupId.parse(groupOrSnapshot);
    JsonNode all =
        rest.get(path("snapshots"), Parameters.none().withNamespace(ns).with(group));
    @Nullable SnapshotId newest = null;
    for (JsonNode item : all) {
      if (!item.has("size")) continue; // unfinished
      var found = new SnapshotId(group, item.path("backup-time").asLong());
      if (newest == null || newest.time() < found.time()) newest = found;
    }
    if (newest == null) {
      throw new CommandFailed(
          "no finished snapshot of " + group + (ns.isRoot() ? "" : " in namespace " + ns));
    }
    return newest;
  }

  @Override
  public void close() {
    rest.close();
  }
}
