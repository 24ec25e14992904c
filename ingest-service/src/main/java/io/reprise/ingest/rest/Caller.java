package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.platform.access.Privilege;

/** Who calls, and what it may do (protocol.md §2.6, §2.7). */
public interface Caller {
  AuthId id();

  /** {@code root@pam}, or the administrator that the first start made; never a token. */
  boolean isSuperuser();

  /** @param aclPath e.g. {@code /datastore/s1/a/b} */
  boolean may(String aclPath, Privilege privilege);

  default boolean mayAny(String aclPath, Privilege... privileges) {
    for (Privilege privilege : privileges) {
      if (may(aclPath, privilege)) return true;
    }
    return false;
  }
}
