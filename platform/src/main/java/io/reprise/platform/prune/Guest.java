package io.reprise.platform.prune;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;

/** One backup group, with all that a {@link Category} may ask of it. */
public record Guest(Namespace namespace, GroupId group, AuthId owner, GuestConfig config) {
  /** @throws IOException if something of it cannot be read, or nobody owns it */
  public static Guest read(Datastore datastore, Namespace namespace, GroupId group)
      throws IOException {
    return new Guest(
        namespace,
        group,
        datastore.owner(namespace, group),
        GuestConfig.read(datastore, namespace, group));
  }
}
