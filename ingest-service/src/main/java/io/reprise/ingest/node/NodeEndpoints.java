package io.reprise.ingest.node;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.platform.access.Privilege.SYS_AUDIT;
import static io.reprise.platform.access.Privilege.SYS_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.Directories;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.HistoryParams;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.ingest.tls.ServerCertificate;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** The host: state, time, certificate (protocol.md §5.7, §8.4). What changes a host is its administrator's, not ours. */
@ApplicationScoped
class NodeEndpoints implements EndpointGroup {
  static final Param<String> NODE = Param.of("node", Type.text(1, 64));

  private final Directories directories;
  private final HostStatus host = new HostStatus();

  NodeEndpoints(Directories directories) {
    this.directories = directories;
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule status = Rule.on("/system/status", SYS_AUDIT);
    return List.of(
        get("/nodes", "The nodes: this one").needs(Rule.SUPERUSER).answers(this::nodes),
        get("/nodes/{node}/status", "Load, memory and space of the host")
            .takes(NODE)
            .needs(status)
            .answers(call -> Answer.of(host.read(certificate().fingerprint()))),
        get("/nodes/{node}/rrd", "History of the host")
            .takes(NODE, HistoryParams.TIMEFRAME, HistoryParams.CONSOLIDATION)
            .needs(status)
            .answers(call -> Answer.of(HistoryParams.points(call))),
        get("/nodes/{node}/time", "Time and time zone of the host")
            .takes(NODE)
            .answers(NodeEndpoints::time),
        get("/nodes/{node}/certificates/info", "The certificate that is served")
            .takes(NODE)
            .needs(Rule.on("/system/certificates", SYS_MODIFY))
            .answers(this::certificates),
        get("/nodes/{node}/subscription", "There is none, and none is needed")
            .takes(NODE)
            .answers(call -> Answer.of(Json.object()
                .put("status", "notfound")
                .put("message", "Reprise needs no subscription"))));
  }

  private Answer nodes(Call call) {
    ArrayNode nodes = Json.object().arrayNode();
    nodes.addObject().put("node", directories.node());
    return Answer.of(nodes);
  }

  private static Answer time(Call call) {
    Instant now = Instant.now();
    ZoneId zone = ZoneId.systemDefault();
    // As PBS says it: the wall clock read as if it were UTC.
    long local = now.getEpochSecond() + zone.getRules().getOffset(now).getTotalSeconds();
    return Answer.of(Json.object()
        .put("time", now.getEpochSecond())
        .put("localtime", local)
        .put("timezone", zone.getId()));
  }

  private ServerCertificate certificate() throws IOException {
    return ServerCertificate.loadOrMake(directories.config(), directories.node());
  }

  private Answer certificates(Call call) throws IOException {
    ArrayNode all = Json.object().arrayNode();
    ObjectNode item = CertificateItem.of(certificate());
    return Answer.of(all.add(item));
  }
}
