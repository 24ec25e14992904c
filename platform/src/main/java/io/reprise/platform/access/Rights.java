package io.reprise.platform.access;

import io.reprise.datastore.AuthId;
import io.reprise.platform.config.ConfigDirectory;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** What one user or token may do, by the ACL as it was when it was asked for (protocol.md §2.7). */
public final class Rights {
  private final AuthId id;
  private final AclTree acl;

  Rights(AuthId id, AclTree acl) {
    this.id = id;
    this.acl = acl;
  }

  /** By the ACL as it is now in that directory; for services that do work on behalf of others. */
  public static Rights read(ConfigDirectory directory, AuthId id) throws IOException {
    return new Rights(id, AclTree.parse(directory.read("acl.cfg")));
  }

  public AuthId id() {
    return id;
  }

  /** root@pam, and users with Admin on {@code /} and below; never a token. */
  public boolean isSuperuser() {
    if (id.isToken()) return false;
    return id.equals(Accounts.ROOT) || Boolean.TRUE.equals(acl.roles(id, "/").get(Role.ADMIN));
  }

  /** What it may do at a path, each with whether it may so below too. A token never more than its user. */
  public Map<Privilege, Boolean> privileges(String path) {
    if (!id.isToken()) return ofUser(id, path);
    Map<Privilege, Boolean> users = ofUser(id.owner(), path);
    var both = new EnumMap<Privilege, Boolean>(Privilege.class);
    acl.privileges(id, path).forEach((privilege, propagates) -> {
      Boolean usersPropagates = users.get(privilege);
      if (usersPropagates != null) both.put(privilege, propagates && usersPropagates);
    });
    return both;
  }

  private Map<Privilege, Boolean> ofUser(AuthId user, String path) {
    if (!user.equals(Accounts.ROOT)) return acl.privileges(user, path);
    var all = new EnumMap<Privilege, Boolean>(Privilege.class);
    for (Privilege privilege : Privilege.values()) all.put(privilege, true);
    return all;
  }

  public boolean has(String path, Privilege privilege) {
    return privileges(path).containsKey(privilege);
  }
}
