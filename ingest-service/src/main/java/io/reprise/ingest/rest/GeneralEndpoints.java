package io.reprise.ingest.rest;

import static io.reprise.ingest.rest.Endpoint.get;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Reachability and version (protocol.md §5.1). */
@ApplicationScoped
class GeneralEndpoints implements EndpointGroup {
  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/ping", "Say that the service is there")
            .needs(Rule.WORLD)
            .answers(call -> Answer.of(JsonNodeFactory.instance.objectNode().put("pong", true))),
        get("/version", "Version of the protocol")
            .answers(call -> Answer.of(JsonNodeFactory.instance
                .objectNode()
                .put("version", PbsVersion.VERSION)
                .put("release", PbsVersion.RELEASE)
                .put("repoid", PbsVersion.REPOSITORY))));
  }
}
