package io.reprise.ingest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Makes, once, the parts that are plain Java and know nothing of this framework. */
@ApplicationScoped
class Parts {
  @Produces
  @Singleton
  Directories directories(IngestConfig settings) throws IOException {
    return Directories.of(settings);
  }
}
