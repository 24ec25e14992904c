package io.reprise.cli.admin;

import io.reprise.cli.command.Words.Group;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kind of configuration object of the server that is managed by the same words as every other (cli.md §4.1, fields:
 * protocol.md §5.5, §5.7).
 *
 * @param path of the collection below the API's root
 * @param jobs where its jobs are run and shown with their state; null for what does not run
 * @param id the field that names an object
 * @param columns of {@code list}
 */
public record ConfigKind(
    String path, @Nullable String jobs, String id, List<Field> fields, List<String> columns) {
  /** How a field is written. */
  enum Type {
    TEXT,
    NUMBER,
    BOOLEAN,
    /** The option may be repeated. */
    LIST,
    /** The same, and {@code list} shows it as JSON. */
    ARRAY,
    /** The same: what any of them matches, and all where there is none. */
    FILTERS
  }

  /** @param required when an object is made */
  record Field(String name, Type type, boolean required) {}

  private static Field required(String name) {
    return new Field(name, Type.TEXT, true);
  }

  private static Field text(String name) {
    return new Field(name, Type.TEXT, false);
  }

  private static Field number(String name) {
    return new Field(name, Type.NUMBER, false);
  }

  private static Field list(String name) {
    return new Field(name, Type.LIST, false);
  }

  private static Field flag(String name) {
    return new Field(name, Type.BOOLEAN, false);
  }

  public static final ConfigKind PRUNE_JOB = new ConfigKind(
      "config/prune",
      "admin/prune",
      "id",
      List.of(
          required("store"),
          required("schedule"),
          text("ns"),
          number("max-depth"),
          flag("disable"),
          text("comment"),
          number("keep-last"),
          number("keep-hourly"),
          number("keep-daily"),
          number("keep-weekly"),
          number("keep-monthly"),
          number("keep-yearly")),
      List.of(
          "id",
          "disable",
          "store",
          "ns",
          "schedule",
          "max-depth",
          "keep-last",
          "keep-hourly",
          "keep-daily",
          "keep-weekly",
          "keep-monthly",
          "keep-yearly"));

  public static final ConfigKind VERIFY_JOB = new ConfigKind(
      "config/verify",
      "admin/verify",
      "id",
      List.of(
          required("store"),
          text("ns"),
          number("max-depth"),
          flag("ignore-verified"),
          number("outdated-after"),
          text("schedule"),
          text("comment")),
      List.of("id", "store", "schedule", "ignore-verified", "outdated-after", "comment"));

  public static final ConfigKind SYNC_JOB = new ConfigKind(
      "config/sync",
      "admin/sync",
      "id",
      List.of(
          required("store"),
          required("remote-store"),
          text("remote"),
          text("ns"),
          text("remote-ns"),
          text("owner"),
          flag("remove-vanished"),
          number("max-depth"),
          new Field("group-filter", Type.FILTERS, false),
          number("transfer-last"),
          text("schedule"),
          text("comment"),
          text("rate-in"),
          text("rate-out"),
          text("burst-in"),
          text("burst-out")),
      List.of(
          "id",
          "store",
          "remote",
          "remote-store",
          "schedule",
          "group-filter",
          "rate-in",
          "comment"));

  public static final ConfigKind REMOTE = new ConfigKind(
      "config/remote",
      null,
      "name",
      List.of(
          required("host"),
          required("auth-id"),
          required("password"),
          number("port"),
          text("fingerprint"),
          text("comment")),
      List.of("name", "host", "auth-id", "fingerprint", "comment"));

  public static final ConfigKind CATEGORY = new ConfigKind(
      "config/category",
      null,
      "name",
      List.of(
          number("priority"),
          list("match-type"),
          list("match-id"),
          list("match-ns"),
          list("match-owner"),
          list("match-name"),
          list("match-tag"),
          list("match-pool"),
          number("keep-last"),
          number("keep-hourly"),
          number("keep-daily"),
          number("keep-weekly"),
          number("keep-monthly"),
          number("keep-yearly"),
          text("comment")),
      List.of(
          "name",
          "priority",
          "match-type",
          "match-id",
          "match-ns",
          "match-owner",
          "match-name",
          "match-tag",
          "match-pool",
          "keep-last",
          "keep-hourly",
          "keep-daily",
          "keep-weekly",
          "keep-monthly",
          "keep-yearly",
          "comment"));

  /** Whether {@code list} shows the server's order, which means something. */
  boolean isOrdered() {
    return equals(CATEGORY);
  }

  public static final ConfigKind TRAFFIC = new ConfigKind(
      "config/traffic-control",
      null,
      "name",
      List.of(
          new Field("network", Type.ARRAY, true),
          text("rate-in"),
          text("rate-out"),
          text("burst-in"),
          text("burst-out"),
          new Field("timeframe", Type.ARRAY, false),
          text("comment")),
      List.of(
          "name",
          "rate-in",
          "burst-in",
          "rate-out",
          "burst-out",
          "network",
          "timeframe",
          "comment"));

  public static final ConfigKind OPENID = realm(
      "openid",
      required("issuer-url"),
      required("client-id"),
      text("client-key"),
      text("comment"),
      flag("autocreate"),
      text("username-claim"),
      text("scopes"),
      text("prompt"),
      text("acr-values"));

  public static final ConfigKind LDAP =
      realm("ldap", directory(required("base-dn"), required("user-attr")));

  public static final ConfigKind AD = realm("ad", directory(text("base-dn")));

  private static ConfigKind realm(String type, Field... fields) {
    return new ConfigKind(
        "config/access/" + type,
        null,
        "realm",
        List.of(fields),
        List.of("realm", type.equals("openid") ? "issuer-url" : "server1", "comment"));
  }

  private static Field[] directory(Field... own) {
    Field[] shared = {
      required("server1"),
      text("server2"),
      number("port"),
      text("mode"),
      flag("verify"),
      text("capath"),
      text("bind-dn"),
      text("password"),
      text("user-classes"),
      text("filter"),
      text("sync-attributes"),
      text("sync-defaults-options"),
      text("comment")
    };
    return Stream.concat(Stream.of(own), Stream.of(shared)).toArray(Field[]::new);
  }

  /** The words of this kind. */
  public void addTo(Group group) {
    String remove = id.equals("realm") ? "delete" : "remove";
    group
        .ours("list", "List them", () -> new ConfigCommand(this, ConfigCommand.Verb.LIST))
        .ours("show", "Show one", () -> new ConfigCommand(this, ConfigCommand.Verb.SHOW))
        .ours("create", "Make one", () -> new ConfigCommand(this, ConfigCommand.Verb.CREATE))
        .ours("update", "Change one", () -> new ConfigCommand(this, ConfigCommand.Verb.UPDATE))
        .ours(remove, "Remove one", () -> new ConfigCommand(this, ConfigCommand.Verb.REMOVE));
    if (jobs != null) {
      group.ours("run", "Run it now", () -> new ConfigCommand(this, ConfigCommand.Verb.RUN));
    }
  }
}
