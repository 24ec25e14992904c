package io.reprise.ingest.rest;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.REALM_ALLOCATE;
import static io.reprise.platform.access.Privilege.REMOTE_AUDIT;
import static io.reprise.platform.access.Privilege.SYS_AUDIT;
import static io.reprise.platform.access.Privilege.SYS_MODIFY;
import static io.reprise.platform.access.Privilege.TAPE_AUDIT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigFile;
import io.reprise.platform.config.Schemas;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.SectionFile;
import io.reprise.platform.config.SectionSchema;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What a PBS has configured here that this version does nothing with (protocol.md §8): remotes, sync jobs, realms and
 * traffic rules are listed from their files, without secrets. Of the rest it is said whether there is none; if there is,
 * 501.
 */
@ApplicationScoped
class IdleConfigurations implements EndpointGroup {
  private static final List<String> SECRETS = List.of("password", "client-key");
  private static final Param<String> STORE =
      Param.of("store", Type.of(text -> SafeId.check("datastore", text, 3, 32))).orNothing();
  private static final Rule SYSTEM = Rule.on("/", SYS_AUDIT);
  private static final Rule NOTIFICATIONS = Rule.on("/system/notifications", SYS_AUDIT);
  private static final Rule REALMS = Rule.on("/access/domains", REALM_ALLOCATE, SYS_AUDIT);

  private final ConfigDirectory directory;
  private final List<Endpoint> endpoints = new ArrayList<>();

  IdleConfigurations(ConfigDirectory directory) {
    this.directory = directory;
    var remotes = new Listed(
        "remote.cfg",
        Schemas.REMOTE,
        "remote",
        "name",
        (caller, remote) -> caller.may("/remote/" + remote.id(), REMOTE_AUDIT));
    lists("/config/remote", remotes, Rule.ANY);
    var syncs = new Listed("sync.cfg", Schemas.SYNC, "sync", "id", IdleConfigurations::seesSync);
    lists("/config/sync", syncs, Rule.ANY);
    endpoints.add(get("/admin/sync", "Sync jobs; none runs in this version")
        .takes(STORE)
        .answers(syncs::ofStore));
    for (String type : List.of("ad", "ldap", "openid")) {
      lists(
          "/config/access/" + type,
          new Listed("domains.cfg", Schemas.DOMAINS, type, "realm"),
          REALMS);
    }
    lists(
        "/config/traffic-control",
        new Listed("traffic-control.cfg", Schemas.TRAFFIC, "rule", "name"),
        Rule.on("/", SYS_AUDIT, SYS_MODIFY));
    none(
        "traffic-control.cfg",
        SYSTEM,
        "traffic control is not part of this version",
        "/admin/traffic-control");
    none(
        "metricserver.cfg",
        SYSTEM,
        "metric servers are not part of this version",
        "/admin/metrics",
        "/config/metrics/influxdb-http",
        "/config/metrics/influxdb-udp");
    none(
        "notifications.cfg",
        NOTIFICATIONS,
        "notifications are not part of this version yet",
        "/config/notifications/endpoints/gotify",
        "/config/notifications/endpoints/sendmail",
        "/config/notifications/endpoints/smtp",
        "/config/notifications/matcher-field-values",
        "/config/notifications/matcher-fields",
        "/config/notifications/matchers",
        "/config/notifications/targets");
    String tapes = "tapes are not part of this version yet";
    none(
        "tape.cfg",
        Rule.ANY,
        tapes,
        "/config/changer",
        "/config/drive",
        "/tape/changer",
        "/tape/drive");
    none("tape-job.cfg", Rule.ANY, tapes, "/config/tape-backup-job", "/tape/backup");
    none(
        "media-pool.cfg",
        Rule.ANY,
        tapes,
        "/config/media-pool",
        "/tape/media/content",
        "/tape/media/list",
        "/tape/media/media-sets");
    none(
        "tape-encryption-keys.json",
        Rule.on("/tape/pool", TAPE_AUDIT),
        tapes,
        "/config/tape-encryption-keys");
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  private void lists(String path, Listed listed, Rule rule) {
    String purpose = "From " + listed.file + "; without effect in this version";
    endpoints.add(get(path, purpose).needs(rule).answers(listed::all));
    endpoints.add(get(path + "/{" + listed.id.name() + "}", purpose)
        .takes(listed.id)
        .needs(rule)
        .answers(listed::one));
  }

  /** An empty list as long as the file is not there or empty. */
  private void none(String file, Rule rule, String sentence, String... paths) {
    for (String path : paths) {
      endpoints.add(get(path, "Empty while there is no " + file).needs(rule).answers(call -> {
        if (directory.read(file).length > 0) throw new ApiError(501, sentence);
        return Answer.of(Json.object().arrayNode());
      }));
    }
  }

  private static boolean seesSync(Caller caller, Section job) {
    String store = "/datastore/" + job.get("store");
    String namespace = job.get("ns", "");
    if (!caller.may(namespace.isEmpty() ? store : store + "/" + namespace, DATASTORE_AUDIT)) {
      return false;
    }
    String remote = job.get("remote");
    return remote == null
        || caller.may("/remote/" + remote + "/" + job.get("remote-store"), REMOTE_AUDIT);
  }

  /** Sections of one type in one file. */
  private final class Listed {
    private final String file;
    private final SectionSchema schema;
    private final String type;
    private final Param<String> id;
    private final BiPredicate<Caller, Section> sees;
    private final ConfigFile sections;

    Listed(String file, SectionSchema schema, String type, String id) {
      this(file, schema, type, id, (caller, section) -> true);
    }

    Listed(
        String file,
        SectionSchema schema,
        String type,
        String id,
        BiPredicate<Caller, Section> sees) {
      this.file = file;
      this.schema = schema;
      this.type = type;
      this.id = Param.of(id, Type.of(text -> SafeId.check(type, text, 2, 32)));
      this.sees = sees;
      sections = new ConfigFile(directory, file, schema);
    }

    Answer all(Call call) throws IOException {
      var now = sections.now();
      return Answer.withDigest(seen(call, now.sections(), section -> true), now.digest());
    }

    Answer ofStore(Call call) throws IOException {
      String store = call.find(STORE);
      return Answer.of(seen(
          call,
          sections.sections(),
          section -> store == null || store.equals(section.get("store"))));
    }

    private ArrayNode seen(Call call, SectionFile file, Predicate<Section> wanted) {
      ArrayNode items = Json.object().arrayNode();
      for (Section section : file.sections(type)) {
        if (wanted.test(section) && sees.test(call.caller(), section)) items.add(json(section));
      }
      return items;
    }

    Answer one(Call call) throws IOException {
      var now = sections.now();
      Section section = now.sections().find(type, call.get(id));
      if (section == null) {
        throw ApiError.badRequest("no such " + type + " '" + call.get(id) + "'");
      }
      if (!sees.test(call.caller(), section)) throw new ApiError(403, "permission check failed");
      return Answer.withDigest(json(section), now.digest());
    }

    private ObjectNode json(Section section) {
      return schema.json(section, id.name()).without(SECRETS);
    }
  }
}
