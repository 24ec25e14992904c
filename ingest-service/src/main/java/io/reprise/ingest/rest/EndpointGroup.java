package io.reprise.ingest.rest;

import java.util.List;

/** Rows of the table of endpoints that belong together; every bean of this type is in the table. */
public interface EndpointGroup {
  List<Endpoint> endpoints();
}
