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
        // The version of PBS whose protocol is spoken: clients decide by it what they may ask.
        get("/version", "Version of the protocol")
            .answers(call -> Answer.of(JsonNodeFactory.instance
                .objectNode()
                .put("version", "3.2")
                .put("release", "4")
                .put("repoid", "4940514b"))));
  }
}
