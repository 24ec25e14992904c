package io.reprise.ingest.store;

import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_BACKUP;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;
import static io.reprise.platform.access.Privilege.DATASTORE_PRUNE;
import static io.reprise.platform.access.Privilege.DATASTORE_READ;
import static io.reprise.platform.access.Privilege.DATASTORE_VERIFY;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Caller;
import io.reprise.platform.access.Privilege;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule "F | P+own" of protocol.md §2.8: with a privilege of the first set the caller may do it to every group, with
 * one of the second to groups it owns, and else not at all.
 */
enum GroupAccess {
  LIST(Set.of(DATASTORE_AUDIT), Set.of(DATASTORE_BACKUP)),
  LIST_FILES(Set.of(DATASTORE_AUDIT, DATASTORE_READ), Set.of(DATASTORE_BACKUP)),
  READ(Set.of(DATASTORE_READ), Set.of(DATASTORE_BACKUP)),
  CHANGE(Set.of(DATASTORE_MODIFY), Set.of(DATASTORE_BACKUP)),
  REMOVE(Set.of(DATASTORE_MODIFY), Set.of(DATASTORE_PRUNE)),
  VERIFY(Set.of(DATASTORE_VERIFY), Set.of(DATASTORE_BACKUP)),
  UPLOAD_LOG(Set.of(), Set.of(DATASTORE_BACKUP));

  private final Set<Privilege> all;
  private final Set<Privilege> own;

  GroupAccess(Set<Privilege> all, Set<Privilege> own) {
    this.all = all;
    this.own = own;
  }

  /** Which groups of a namespace a caller may do it to. */
  record Granted(Caller caller, boolean everyGroup) {
    /** True if the caller may do it to a group with that owner. */
    boolean covers(AuthId owner) {
      return everyGroup || caller.id().owns(owner);
    }

    /** @throws ApiError 400 unless the caller may do it to this group */
    void check(Datastore datastore, Namespace namespace, GroupId group) throws IOException {
      if (everyGroup) return;
      AuthId owner = GroupAccess.owner(datastore, namespace, group);
      if (!covers(owner)) {
        throw ApiError.badRequest(
            "backup owner check failed (" + caller.id() + " != " + owner + ") for group " + group);
      }
    }
  }

  /** @throws ApiError 403 if the caller has neither privilege on the namespace */
  Granted of(Caller caller, String store, Namespace namespace) {
    Granted granted = find(caller, store, namespace);
    if (granted != null) return granted;
    throw new ApiError(
        403, "permission check failed: needs " + words() + " on " + aclPath(store, namespace));
  }

  /** @return null if the caller has neither privilege on the namespace */
  @Nullable
  Granted find(Caller caller, String store, Namespace namespace) {
    String path = aclPath(store, namespace);
    if (has(caller, path, all)) return new Granted(caller, true);
    return has(caller, path, own) ? new Granted(caller, false) : null;
  }

  static String aclPath(String store, Namespace namespace) {
    return "/datastore/" + store + (namespace.isRoot() ? "" : "/" + namespace);
  }

  /** @throws ApiError 400 if there is no such group, or nobody owns it */
  static AuthId owner(Datastore datastore, Namespace namespace, GroupId group) throws IOException {
    try {
      return datastore.owner(namespace, group);
    } catch (NoSuchFileException e) {
      throw ApiError.badRequest(
          datastore.exists(namespace, group)
              ? "group " + group + " has no owner: set one with change-owner"
              : "group " + group + " does not exist in datastore " + datastore.name());
    }
  }

  /** @return null if there is no such group, or nobody owns it */
  static @Nullable AuthId ownerIfAny(Datastore datastore, Namespace namespace, GroupId group)
      throws IOException {
    try {
      return datastore.owner(namespace, group);
    } catch (NoSuchFileException removedOrWithoutOwner) {
      return null;
    }
  }

  private static boolean has(Caller caller, String path, Set<Privilege> privileges) {
    return caller.mayAny(path, privileges.toArray(Privilege[]::new));
  }

  private String words() {
    String words = "";
    for (Privilege privilege : Privilege.values()) {
      if (all.contains(privilege)) words += privilege + " or ";
    }
    for (Privilege privilege : own) words += privilege + " with ownership";
    return words;
  }
}
