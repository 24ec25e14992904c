package io.reprise.ingest.access;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters that several calls about users share (protocol.md §2.1, §2.5). */
final class AccessParams {
  static final String USERS_ACL = "/access/users";

  static final Param<AuthId> USERID = Param.of("userid", Type.of(AccessParams::user));
  static final Param<String> DIGEST = Param.of("digest", Type.text(64, 64)).orNothing();

  /** As stored: 5 to 64 characters. */
  static final Param<String> PASSWORD = Param.of("password", Type.text(5, 64));

  static final Param<String> COMMENT =
      Param.of("comment", Type.of(Values.COMMENT::canonical)).orNothing();
  static final Param<Boolean> ENABLE = Param.of("enable", Type.FLAG).orNothing();
  static final Param<Long> EXPIRE =
      Param.of("expire", Type.integer(0, Long.MAX_VALUE)).orNothing();
  static final Param<String> FIRSTNAME = Param.of("firstname", Type.text(2, 64)).orNothing();
  static final Param<String> LASTNAME = Param.of("lastname", Type.text(2, 64)).orNothing();
  static final Param<String> EMAIL = Param.of("email", Type.text(2, 64)).orNothing();

  private static final List<Param<?>> PROPERTIES =
      List.of(COMMENT, ENABLE, EXPIRE, FIRSTNAME, LASTNAME, EMAIL);

  private AccessParams() {}

  private static AuthId user(String text) {
    AuthId id = AuthId.parse(text);
    if (id.isToken()) throw new InvalidName("user", text, "user@realm, not a token");
    return id;
  }

  /** The properties of a user or token that were given, as they stand in user.cfg. */
  static Map<String, String> properties(Call call) {
    var properties = new LinkedHashMap<String, String>();
    for (Param<?> param : PROPERTIES) {
      Object value = call.find(param);
      if (value != null) properties.put(param.name(), value.toString());
    }
    return properties;
  }

  /** As {@link #properties}, for a change: what is set to its default is unset instead. */
  static Map<String, String> changes(Call call) {
    Map<String, String> changes = properties(call);
    defaults(call).forEach(changes::remove);
    return changes;
  }

  /** What a change unsets: what is named, and what is set to its default. */
  static List<String> unset(Call call, List<String> named) {
    var unset = new ArrayList<>(named);
    unset.addAll(defaults(call));
    return unset;
  }

  private static List<String> defaults(Call call) {
    var defaults = new ArrayList<String>();
    if (call.get(ENABLE, false)) defaults.add(ENABLE.name());
    if (call.get(EXPIRE, 1L) == 0) defaults.add(EXPIRE.name());
    return defaults;
  }
}
