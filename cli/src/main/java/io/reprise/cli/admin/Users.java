package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code user …} (cli.md §4.1). */
public final class Users {
  private Users() {}

  static String path(String... rest) {
    return RestClient.below("access/users", rest);
  }

  static String expiry(JsonNode row, Surroundings at) {
    long expire = row.path("expire").asLong();
    return expire == 0 ? "never" : Show.time(expire, at.zone());
  }

  static final class Properties {
    @Mixin
    private final AccountOptions account = new AccountOptions();

    @Option(names = "--firstname", paramLabel = "<name>")
    private @Nullable String firstname;

    @Option(names = "--lastname", paramLabel = "<name>")
    private @Nullable String lastname;

    @Option(names = "--email", paramLabel = "<address>")
    private @Nullable String email;

    Parameters addTo(Parameters parameters) {
      return account
          .addTo(parameters)
          .with("firstname", firstname)
          .with("lastname", lastname)
          .with("email", email);
    }
  }

  /** {@code user list}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode users = rest.get(path(), Parameters.none());
      if (output.json(at, users)) return;
      new Listing()
          .text("userid")
          .flag("enable", true)
          .right("expire", row -> expiry(row, at))
          .text("firstname")
          .text("lastname")
          .text("email")
          .text("comment")
          .sortedBy("userid")
          .print(at, users);
    }
  }

  /** {@code user create <userid>}; the password is asked for on a terminal when not given. */
  @Command
  public static final class Create extends AdminCommand {
    @Mixin
    private final Properties properties = new Properties();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Option(
        names = "--password",
        paramLabel = "<password>",
        description = "seen by others in the process list; better left out on a terminal")
    private @Nullable String password;

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      AuthId id = AuthId.parse(user);
      if (password == null && id.realm().equals("pbs") && at.terminal().stdinIsTerminal()) {
        password = ask(at);
      }
      rest.post(
          path(),
          properties.addTo(Parameters.of("userid", id.toString()).with("password", password)));
    }
  }

  /** {@code user update <userid>}. */
  @Command
  public static final class Update extends AdminCommand {
    @Mixin
    private final Properties properties = new Properties();

    @Mixin
    private final UpdateOptions update = new UpdateOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Option(names = "--password", paramLabel = "<password>")
    private @Nullable String password;

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      AuthId id = AuthId.parse(user);
      Parameters changes = update.addTo(properties.addTo(Parameters.none()));
      if (password == null || !changes.isEmpty()) rest.put(path(id.toString()), changes);
      if (password != null) {
        rest.put(
            "access/password", Parameters.of("userid", id.toString()).with("password", password));
      }
    }
  }

  /** {@code user password <userid>}: asks for the new one. */
  @Command
  public static final class Password extends AdminCommand {
    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      AuthId id = AuthId.parse(user);
      String own = at.terminal().readSecret("Your own password: ");
      rest.put(
          "access/password",
          Parameters.of("userid", id.toString())
              .with("password", ask(at))
              .with("confirmation-password", own));
    }
  }

  private static String ask(Surroundings at) throws CommandFailed, IOException {
    String password = at.terminal().readSecret("New Password: ");
    if (!password.equals(at.terminal().readSecret("Verify Password: "))) {
      throw new CommandFailed("the two passwords differ");
    }
    return password;
  }

  /** {@code user remove <userid>}. */
  @Command
  public static final class Remove extends AdminCommand {
    @Mixin
    private final DigestOption digest = new DigestOption();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      rest.delete(path(AuthId.parse(user).toString()), digest.addTo(Parameters.none()));
    }
  }

  /** {@code user permissions <authid>}: what somebody may do where. */
  @Command
  public static final class Permissions extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<authid>")
    private String id = "";

    @Option(names = "--path", paramLabel = "<path>", description = "only there")
    private @Nullable String path;

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode answer = rest.get(
          "access/permissions",
          Parameters.of("auth-id", AuthId.parse(id).toString()).with("path", path));
      if (output.json(at, answer)) return;
      at.out().println("Privileges with (*) have the propagate flag set");
      at.out().println();
      for (String where : sortedNames(answer)) {
        at.out().println(Messages.printable("Path: " + where));
        JsonNode privileges = answer.path(where);
        for (String name : sortedNames(privileges)) {
          at.out()
              .println(Messages.printable(
                  "- " + name + (privileges.path(name).asBoolean() ? " (*)" : "")));
        }
      }
    }

    private static java.util.List<String> sortedNames(JsonNode object) {
      var names = new ArrayList<String>();
      object.properties().forEach(e -> names.add(e.getKey()));
      names.sort(Comparator.naturalOrder());
      return names;
    }
  }
}
