package io.reprise.cli.completion;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.command.Completion;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.Repository;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Values that only the server knows. Without a login that needs no question there are none. */
final class ServerCandidates {
  private final Remote remote;
  private final Namespace ns;
  private final Completion.Line line;

  private ServerCandidates(Remote remote, Namespace ns, Completion.Line line) {
    this.remote = remote;
    this.ns = ns;
    this.line = line;
  }

  static List<String> of(Surroundings at, String what, Completion.Line line) {
    String repository = given(at, line, "repository", "PBS_REPOSITORY");
    if (repository == null) return List.of();
    String ns = given(at, line, "ns", "PBS_NAMESPACE");
    try (var remote = Remote.glance(at, Repository.parse(repository))) {
      return new ServerCandidates(remote, Namespace.parse(ns == null ? "" : ns), line).of(what);
    } catch (CommandFailed | IOException | InvalidName nothingToOffer) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static @Nullable String given(
      Surroundings at, Completion.Line line, String option, String variable) {
    String value = line.options().get(option);
    return value != null ? value : at.variable(variable);
  }

  private List<String> of(String what) throws IOException {
    return switch (what) {
      case "--ns", "<ns>" -> names(get(remote.path("namespace"), Parameters.none()), "ns");
      case "<group>" -> groups();
      case "<snapshot>" -> snapshots();
      case "<group or snapshot>" ->
        Stream.concat(groups().stream(), snapshots().stream()).toList();
      case "<archive-name>" -> archives("");
      case "<name.pxar>" -> archives(".pxar");
      case "<name.img>" -> archives(".img");
      case "<upid>" -> tasks();
      case "<new-owner>", "--auth-id", "<authid>", "<userid>", "--notify-user" -> owners();
      case "<role>" -> names(get("access/roles", Parameters.none()), "roleid");
      case "<path>" -> aclPaths();
      case "<store>" -> stores();
      case "<job>", "--job" -> jobs("prune");
      case "<id>" ->
        switch (line.path().getFirst()) {
          case "prune-job" -> jobs("prune");
          case "verify-job" -> jobs("verify");
          case "sync-job" -> jobs("sync");
          default -> List.of();
        };
      case "<name>" ->
        switch (line.path().getFirst()) {
          case "datastore" -> stores();
          case "category" -> names(get("config/category", Parameters.none()), "name");
          default -> List.of();
        };
      default -> List.of();
    };
  }

  private JsonNode get(String path, Parameters parameters) throws IOException {
    return remote.rest().get(path, parameters);
  }

  private static List<String> names(JsonNode rows, String member) {
    return map(rows, row -> row.path(member).asText())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static Stream<String> map(JsonNode rows, Function<JsonNode, String> text) {
    return StreamSupport.stream(rows.spliterator(), false).map(text);
  }

  private static GroupId group(JsonNode row) {
    return new GroupId(
        BackupType.parse(row.path("backup-type").asText()),
        row.path("backup-id").asText());
  }

  private List<String> groups() throws IOException {
    return map(
            get(remote.path("groups"), Parameters.none().withNamespace(ns)),
            row -> group(row).toString())
        .toList();
  }

  /** Of the group that was typed already, or all. */
  private List<String> snapshots() throws IOException {
    String[] parts = line.begun().split("/", -1);
    Parameters parameters = Parameters.none().withNamespace(ns);
    if (parts.length > 2) parameters.with(GroupId.parse(parts[0] + "/" + parts[1]));
    return map(
            get(remote.path("snapshots"), parameters),
            row -> new SnapshotId(group(row), row.path("backup-time").asLong()).toString())
        .toList();
  }

  private List<String> archives(String extension) throws IOException {
    if (line.arguments().isEmpty()) return List.of();
    SnapshotId id;
    try {
      id = remote.snapshot(ns, line.arguments().getFirst());
    } catch (CommandFailed none) {
      return List.of();
    }
    var files = get(remote.path("files"), Parameters.none().withNamespace(ns).with(id));
    return map(files, row -> row.path("filename").asText().replaceFirst("\\.[^.]*$", ""))
        .filter(name -> name.endsWith(extension))
        .toList();
  }

  private List<String> tasks() throws IOException {
    boolean running = line.path().contains("stop");
    return names(
        get(
            RestClient.path("nodes", "localhost", "tasks"),
            Parameters.none().with("running", running).with("limit", 100L)),
        "upid");
  }

  private List<String> owners() throws IOException {
    var ids = new ArrayList<String>();
    for (JsonNode user : get("access/users", Parameters.none().with("include_tokens", true))) {
      ids.add(user.path("userid").asText());
      ids.addAll(names(user.path("tokens"), "tokenid"));
    }
    return ids;
  }

  private List<String> stores() throws IOException {
    return names(get("config/datastore", Parameters.none()), "name");
  }

  private List<String> jobs(String kind) throws IOException {
    return names(get("config/" + kind, Parameters.none()), "id");
  }

  private List<String> aclPaths() throws IOException {
    var fixed = Stream.of("/", "/access", "/access/acl", "/access/users", "/datastore", "/system");
    return Stream.concat(fixed, stores().stream().map(name -> "/datastore/" + name))
        .toList();
  }
}
