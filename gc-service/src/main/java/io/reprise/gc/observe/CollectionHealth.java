package io.reprise.gc.observe;

import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Owner;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** What each datastore's collection is at. Always up: a restart would mend none of it. */
@Readiness
@ApplicationScoped
class CollectionHealth implements HealthCheck {
  private final Collections collections;

  CollectionHealth(Collections collections) {
    this.collections = collections;
  }

  @Override
  public HealthCheckResponse call() {
    var answer = HealthCheckResponse.named("garbage collection");
    for (Owner owner : collections.all()) {
      String problem = owner.problem();
      String state = owner.current() == null ? "kept by another replica, or waiting" : "kept here";
      answer.withData(owner.store(), problem.isEmpty() ? state : state + ": " + problem);
    }
    return answer.up().build();
  }
}
