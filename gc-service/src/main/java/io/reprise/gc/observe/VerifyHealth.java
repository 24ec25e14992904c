package io.reprise.gc.observe;

import io.reprise.gc.verify.Scrub;
import io.reprise.gc.verify.StoreVerifier;
import io.reprise.gc.verify.Verifiers;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Where each datastore is verified, and how far its scrub is. Always up: a restart would mend none of it. */
@Readiness
@ApplicationScoped
class VerifyHealth implements HealthCheck {
  private final Verifiers verifiers;

  VerifyHealth(Verifiers verifiers) {
    this.verifiers = verifiers;
  }

  @Override
  public HealthCheckResponse call() {
    var answer = HealthCheckResponse.named("verification");
    for (StoreVerifier each : verifiers.all()) answer.withData(each.store(), text(each));
    return answer.up().build();
  }

  private static String text(StoreVerifier verifier) {
    String where = verifier.isHere() ? "verified here" : "verified by another replica, or waiting";
    Scrub.State scrub = verifier.scrub().state();
    String done = scrub.configured()
        ? String.format(Locale.ROOT, ", scrub at %.1f %%", scrub.done() * 100)
        : "";
    String problem = verifier.problem().isEmpty() ? "" : ": " + verifier.problem();
    return where + done + problem;
  }
}
