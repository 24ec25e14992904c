package io.reprise.ingest.rest;

import io.reprise.ingest.rest.Endpoint.Method;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Calls of the PBS API that this version does not answer (protocol.md §8): 501 and a sentence, so that scripts and people
 * see what is missing, where a 404 would look like a wrong address. Whoever builds one takes it out of here. What is
 * configured of such things is listed by {@link IdleConfigurations}.
 */
@ApplicationScoped
class LaterEndpoints implements EndpointGroup {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  private static final String FACTORS = """
      POST /access/tfa/{userid}
      PUT /access/tfa/{userid}/{id}
      GET PUT /config/access/tfa/webauthn
      """;

  private static final String REALMS = """
      POST /access/domains/{realm}/sync
      POST /access/openid/auth-url
      POST /access/openid/login
      POST /config/access/ad
      PUT DELETE /config/access/ad/{realm}
      POST /config/access/ldap
      PUT DELETE /config/access/ldap/{realm}
      POST /config/access/openid
      PUT DELETE /config/access/openid/{realm}
      """;

  private static final String REMOTES = """
      POST /config/remote
      PUT DELETE /config/remote/{name}
      GET /config/remote/{name}/scan
      GET /config/remote/{name}/scan/{store}/groups
      GET /config/remote/{name}/scan/{store}/namespaces
      POST /config/sync
      PUT DELETE /config/sync/{id}
      POST /admin/sync/{id}/run
      POST /pull
      """;

  private static final String TRAFFIC = """
      POST /config/traffic-control
      PUT DELETE /config/traffic-control/{name}
      """;

  private static final String METRICS = """
      POST /config/metrics/influxdb-http
      GET PUT DELETE /config/metrics/influxdb-http/{name}
      POST /config/metrics/influxdb-udp
      GET PUT DELETE /config/metrics/influxdb-udp/{name}
      """;

  private static final String NOTIFICATIONS = """
      POST /config/notifications/endpoints/gotify
      GET PUT DELETE /config/notifications/endpoints/gotify/{name}
      POST /config/notifications/endpoints/sendmail
      GET PUT DELETE /config/notifications/endpoints/sendmail/{name}
      POST /config/notifications/endpoints/smtp
      GET PUT DELETE /config/notifications/endpoints/smtp/{name}
      POST /config/notifications/matchers
      GET PUT DELETE /config/notifications/matchers/{name}
      POST /config/notifications/targets/{name}/test
      """;

  private static final String TAPES = """
      POST /config/changer
      GET PUT DELETE /config/changer/{name}
      POST /config/drive
      GET PUT DELETE /config/drive/{name}
      POST /config/media-pool
      GET PUT DELETE /config/media-pool/{name}
      POST /config/tape-backup-job
      GET PUT DELETE /config/tape-backup-job/{id}
      POST /config/tape-encryption-keys
      GET PUT DELETE /config/tape-encryption-keys/{fingerprint}
      POST /tape/backup
      POST /tape/backup/{id}
      GET /tape/changer/{name}/status
      POST /tape/changer/{name}/transfer
      GET /tape/drive/{drive}/status
      POST /tape/restore
      GET /tape/scan-changers
      GET /tape/scan-drives
      """;

  private static final String HOST = """
      GET POST /config/acme/account
      GET POST /config/acme/plugins
      POST PUT /nodes/{node}/certificates/acme/certificate
      POST DELETE /nodes/{node}/certificates/custom
      GET PUT /nodes/{node}/config
      POST /nodes/{node}/status
      PUT /nodes/{node}/time
      GET /nodes/{node}/apt/versions
      GET POST /nodes/{node}/apt/update
      GET /nodes/{node}/disks/list
      GET PUT /nodes/{node}/dns
      GET /nodes/{node}/journal
      GET POST PUT DELETE /nodes/{node}/network
      GET /nodes/{node}/report
      GET /nodes/{node}/services
      GET /nodes/{node}/syslog
      POST PUT DELETE /nodes/{node}/subscription
      POST /nodes/{node}/termproxy
      """;

  @Override
  public List<Endpoint> endpoints() {
    var endpoints = new ArrayList<Endpoint>();
    add(endpoints, FACTORS, "second factors are not part of this version: use API tokens");
    add(endpoints, REALMS, "realms other than pbs are not part of this version");
    add(endpoints, REMOTES, "remotes and sync jobs are not part of this version yet");
    add(endpoints, TRAFFIC, "traffic control is not part of this version: limit the client");
    add(endpoints, METRICS, "metric servers are not part of this version: scrape /q/metrics");
    add(endpoints, NOTIFICATIONS, "notifications are not part of this version yet");
    add(endpoints, TAPES, "tapes are not part of this version yet");
    add(endpoints, HOST, "this is left to the administrator of the host");
    return endpoints;
  }

  private static void add(List<Endpoint> endpoints, String lines, String sentence) {
    // Said by the rule: parameters are not looked at, whatever they are.
    var rule = new Rule("nobody yet", (caller, path) -> {
      throw new ApiError(501, sentence);
    });
    for (String line : lines.lines().toList()) {
      String[] words = line.split(" ");
      String path = words[words.length - 1];
      Param<?>[] variables = VARIABLE
          .matcher(path)
          .results()
          .map(found -> Param.of(found.group(1), Type.text(0, Type.ANY_LENGTH)))
          .toArray(Param[]::new);
      for (int i = 0; i < words.length - 1; i++) {
        endpoints.add(new Endpoint(
            Method.valueOf(words[i]),
            path,
            "Not in this version: " + sentence,
            rule,
            List.of(variables),
            0,
            call -> Answer.NOTHING));
      }
    }
  }
}
