package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.platform.access.Privilege;

/** The caller of an endpoint that needs no login: no identity and no rights. */
final class Nobody implements Caller {
  @Override
  public AuthId id() {
    throw new ApiError(401, "please log in");
  }

  @Override
  public boolean isSuperuser() {
    return false;
  }

  @Override
  public boolean may(String aclPath, Privilege privilege) {
    return false;
  }
}
