package io.reprise.platform.config;

import static io.reprise.platform.config.Values.AUTH_ID;
import static io.reprise.platform.config.Values.BOOLEAN;
import static io.reprise.platform.config.Values.COMMENT;
import static io.reprise.platform.config.Values.ID;
import static io.reprise.platform.config.Values.MAINTENANCE;
import static io.reprise.platform.config.Values.NAMESPACE;
import static io.reprise.platform.config.Values.NOTIFICATION_MODE;
import static io.reprise.platform.config.Values.NOTIFY;
import static io.reprise.platform.config.Values.REALM;
import static io.reprise.platform.config.Values.SCHEDULE;
import static io.reprise.platform.config.Values.TUNING;
import static io.reprise.platform.config.Values.integer;
import static io.reprise.platform.config.Values.oneOf;
import static io.reprise.platform.config.Values.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of each file (config.md §4, datastore.md §12). */
public final class Schemas {
  /** Of a category. */
  public static final long MAX_PRIORITY = 1_000_000;

  /** What a category may ask of a guest; each key may be given several times. */
  public static final Map<String, Values.Check> MATCHES = matches();

  public static final SectionSchema USER = user();
  public static final SectionSchema DATASTORE = datastore();
  public static final SectionSchema PRUNE = prune();
  public static final SectionSchema VERIFICATION = verification();
  public static final SectionSchema SYNC = sync();
  public static final SectionSchema REMOTE = remote();
  public static final SectionSchema TAPE_JOB = tapeJob();
  public static final SectionSchema DOMAINS = domains();
  public static final SectionSchema TRAFFIC = traffic();

  /** {@code reprise.cfg}: what PBS does not know, so never in PBS's files. */
  public static final SectionSchema REPRISE = reprise();

  private Schemas() {}

  private static SectionSchema user() {
    var schema = new SectionSchema();
    schema
        .section("user", AUTH_ID)
        .optional("comment", COMMENT)
        .optional("enable", BOOLEAN)
        .optional("expire", integer(0, Long.MAX_VALUE))
        .optional("firstname", text(2, 64))
        .optional("lastname", text(2, 64))
        .optional("email", text(2, 64));
    schema
        .section("token", AUTH_ID)
        .optional("comment", COMMENT)
        .optional("enable", BOOLEAN)
        .optional("expire", integer(0, Long.MAX_VALUE));
    return schema;
  }

  private static SectionSchema datastore() {
    var schema = new SectionSchema();
    keeps(schema
        .section("datastore", ID)
        .required("path", text(1, 4096))
        .optional("comment", COMMENT)
        .optional("gc-schedule", SCHEDULE)
        .optional("prune-schedule", SCHEDULE)
        .optional("verify-new", BOOLEAN)
        .optional("notify-user", AUTH_ID)
        .optional("notify", NOTIFY)
        .optional("notification-mode", NOTIFICATION_MODE)
        .optional("tuning", TUNING)
        .optional("maintenance-mode", MAINTENANCE));
    return schema;
  }

  private static SectionSchema prune() {
    var schema = new SectionSchema();
    keeps(schema
        .section("prune", ID)
        .required("store", ID)
        .required("schedule", SCHEDULE)
        .optional("disable", BOOLEAN)
        .optional("ns", NAMESPACE)
        .optional("max-depth", integer(0, 7))
        .optional("comment", COMMENT));
    return schema;
  }

  private static SectionSchema verification() {
    var schema = new SectionSchema();
    schema
        .section("verification", ID)
        .required("store", ID)
        .optional("ignore-verified", BOOLEAN)
        .optional("outdated-after", integer(0, Long.MAX_VALUE))
        .optional("schedule", SCHEDULE)
        .optional("comment", COMMENT)
        .optional("ns", NAMESPACE)
        .optional("max-depth", integer(0, 7));
    return schema;
  }

  private static SectionSchema sync() {
    var schema = new SectionSchema();
    schema
        .section("sync", ID)
        .required("store", ID)
        .required("remote-store", ID)
        .optional("ns", NAMESPACE)
        .optional("owner", AUTH_ID)
        .optional("remote", ID)
        .optional("remote-ns", NAMESPACE)
        .optional("remove-vanished", BOOLEAN)
        .optional("max-depth", integer(0, 7))
        .optional("comment", COMMENT)
        .optional("schedule", SCHEDULE)
        .repeated("group-filter", text(1, 256))
        .optional("transfer-last", integer(1, Long.MAX_VALUE))
        .optional("rate-in", text(1, 64))
        .optional("rate-out", text(1, 64))
        .optional("burst-in", text(1, 64))
        .optional("burst-out", text(1, 64));
    return schema;
  }

  private static SectionSchema remote() {
    var schema = new SectionSchema();
    schema
        .section("remote", ID)
        .required("host", text(1, 255))
        .required("auth-id", AUTH_ID)
        .required("password", text(1, 1024))
        .optional("port", integer(1, 65_535))
        .optional("fingerprint", text(95, 95))
        .optional("comment", COMMENT);
    return schema;
  }

  private static SectionSchema traffic() {
    var schema = new SectionSchema();
    schema
        .section("rule", ID)
        .repeated("network", text(1, 64))
        .optional("rate-in", text(1, 64))
        .optional("rate-out", text(1, 64))
        .optional("burst-in", text(1, 64))
        .optional("burst-out", text(1, 64))
        .repeated("timeframe", text(1, 256))
        .optional("comment", COMMENT);
    return schema;
  }

  private static SectionSchema tapeJob() {
    var schema = new SectionSchema();
    schema
        .section("backup", ID)
        .required("store", ID)
        .required("pool", text(1, 64))
        .required("drive", text(1, 64))
        .optional("schedule", SCHEDULE)
        .optional("latest-only", BOOLEAN)
        .optional("eject-media", BOOLEAN)
        .optional("export-media-set", BOOLEAN)
        .optional("ns", NAMESPACE)
        .optional("max-depth", integer(0, 7))
        .repeated("group-filter", text(1, 256))
        .optional("notify-user", AUTH_ID)
        .optional("notification-mode", NOTIFICATION_MODE)
        .optional("comment", COMMENT);
    return schema;
  }

  private static SectionSchema domains() {
    var schema = new SectionSchema();
    schema
        .section("openid", REALM)
        .required("issuer-url", text(1, 2048))
        .required("client-id", text(1, 2048))
        .optional("client-key", text(1, 2048))
        .optional("comment", COMMENT)
        .optional("autocreate", BOOLEAN)
        .optional("username-claim", text(1, 256))
        .optional("scopes", text(1, 2048))
        .optional("prompt", text(1, 256))
        .optional("acr-values", text(1, 2048));
    directory(schema.section("ldap", REALM))
        .required("base-dn", text(1, 2048))
        .required("user-attr", text(1, 256));
    directory(schema.section("ad", REALM)).optional("base-dn", text(1, 2048));
    return schema;
  }

  private static SectionSchema.Keys directory(SectionSchema.Keys keys) {
    return keys.required("server1", text(1, 255))
        .optional("server2", text(1, 255))
        .optional("port", integer(1, 65_535))
        .optional("mode", oneOf("ldap", "ldap+starttls", "ldaps"))
        .optional("verify", BOOLEAN)
        .optional("capath", text(1, 4096))
        .optional("bind-dn", text(1, 2048))
        .optional("user-classes", text(1, 2048))
        .optional("filter", text(1, 2048))
        .optional("sync-attributes", text(1, 2048))
        .optional("sync-defaults-options", text(1, 2048))
        .optional("comment", COMMENT);
  }

  private static Map<String, Values.Check> matches() {
    var matches = new LinkedHashMap<String, Values.Check>();
    matches.put("match-type", oneOf("vm", "ct", "host"));
    matches.put("match-id", value -> {
      IdRange.parse(value);
      return value;
    });
    matches.put("match-ns", NAMESPACE);
    matches.put("match-owner", AUTH_ID);
    matches.put("match-name", text(1, 64));
    matches.put("match-tag", text(1, 64));
    matches.put("match-pool", text(1, 64));
    return Collections.unmodifiableMap(matches);
  }

  private static SectionSchema reprise() {
    var schema = new SectionSchema().withUniqueIds();
    schema
        .section("datastore", ID)
        .optional("floor-bytes", integer(0, Long.MAX_VALUE))
        .optional("floor-inodes", integer(0, Long.MAX_VALUE))
        .optional("undelete-window", integer(0, Integer.MAX_VALUE))
        .optional("gc-cutoff", integer(1, Integer.MAX_VALUE))
        .optional("scrub-rate", integer(0, 1_000_000))
        .optional("scrub-days", integer(0, 3_650))
        .repeated("category-job", ID);
    var category = schema
        .section("category", ID)
        .optional("comment", COMMENT)
        .optional("priority", integer(0, MAX_PRIORITY));
    MATCHES.forEach(category::repeated);
    keeps(category);
    return schema;
  }

  private static void keeps(SectionSchema.Keys keys) {
    for (String keep : new String[] {
      "keep-last", "keep-hourly", "keep-daily", "keep-weekly", "keep-monthly", "keep-yearly"
    }) {
      keys.optional(keep, integer(1, Long.MAX_VALUE));
    }
  }
}
