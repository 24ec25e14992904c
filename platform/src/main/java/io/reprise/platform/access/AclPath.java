package io.reprise.platform.access;

import io.reprise.datastore.InvalidName;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Paths that privileges are given on (protocol.md §2.7). */
final class AclPath {
  private static final Pattern COMPONENT = Pattern.compile("[^/\\p{Cntrl}:]+");
  private static final Set<String> SYSTEM =
      Set.of("certificates", "disks", "log", "notifications", "status", "tasks", "time");
  private static final int DATASTORE_DEPTH = 2 + 7; // the store and seven levels of namespaces

  private AclPath() {}

  /** {@code //a/} is {@code /a}: the components. */
  static List<String> components(String path) {
    return Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
  }

  static String text(List<String> components) {
    return "/" + String.join("/", components);
  }

  /** @throws InvalidName unless PBS would take the path */
  static List<String> checked(String path) {
    List<String> parts = components(path);
    if (!path.startsWith("/")
        || !parts.stream().allMatch(part -> COMPONENT.matcher(part).matches())
        || !legal(parts)) {
      throw new InvalidName(
          "path", path, "a path such as /, /datastore/{store}/{namespace} or /access/users");
    }
    return parts;
  }

  private static boolean legal(List<String> parts) {
    if (parts.isEmpty()) return true;
    int depth = parts.size();
    String second = depth > 1 ? parts.get(1) : "";
    return switch (parts.get(0)) {
      case "access" ->
        depth == 1
            || (depth == 2 && Set.of("acl", "users", "domains", "openid").contains(second))
            || (depth == 3 && second.equals("openid"));
      case "datastore" -> depth <= DATASTORE_DEPTH;
      case "remote" -> depth <= 3;
      case "system" -> depth == 1 || legalSystem(parts);
      case "tape" ->
        depth == 1 || (depth <= 3 && Set.of("device", "pool", "job").contains(second));
      default -> false;
    };
  }

  private static boolean legalSystem(List<String> parts) {
    int depth = parts.size();
    return switch (parts.get(1)) {
      case "services" -> depth <= 3;
      case "network" ->
        depth == 2
            || (depth == 3 && Set.of("dns", "interfaces").contains(parts.get(2)))
            || (depth == 4 && parts.get(2).equals("interfaces"));
      default -> depth == 2 && SYSTEM.contains(parts.get(1));
    };
  }
}
