package io.reprise.ingest.observe;

import io.reprise.ingest.Server;
import io.reprise.platform.config.Datastores;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready for clients: the port is open and the configuration can be read. */
@Readiness
@ApplicationScoped
class PortHealth implements HealthCheck {
  private final Server server;
  private final Datastores datastores;

  PortHealth(Server server, Datastores datastores) {
    this.server = server;
    this.datastores = datastores;
  }

  @Override
  public HealthCheckResponse call() {
    var answer = HealthCheckResponse.named("PBS API").withData("port", server.port());
    try {
      answer.withData("datastores", datastores.now().sections().sections().size());
      return answer.status(server.port() != 0).build();
    } catch (IOException e) {
      return answer.withData("problem", String.valueOf(e.getMessage())).down().build();
    }
  }
}
