package io.reprise.platform.access;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.ConfigError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The access control list: {@code acl.cfg} as a tree of paths (config.md §4.2, protocol.md §2.7). */
public final class AclTree {
  /** What is given at one path: for each user, token or group the roles, and whether they propagate. */
  private static final class Node {
    final Map<String, Node> children = new TreeMap<>();
    final Map<String, EnumMap<Role, Boolean>> given = new TreeMap<>();
  }

  private static final String ROOT_USER = "root@pam";

  private final String digest;
  private final Node root = new Node();

  private AclTree(String digest) {
    this.digest = digest;
  }

  /** @throws ConfigError naming the line */
  public static AclTree parse(byte[] content) throws ConfigError {
    var tree = new AclTree(ConfigDirectory.digest(content));
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      number++;
      if (line.isBlank()) continue;
      try {
        tree.parseLine(line.strip());
      } catch (InvalidName wrong) {
        throw new ConfigError(
            "parsing \"acl.cfg\" failed: line " + number + " - " + wrong.getMessage());
      }
    }
    return tree;
  }

  /** Of the bytes this was read from (protocol.md §1.7). */
  public String digest() {
    return digest;
  }

  /** A path as the tree writes it: {@code //a/} is {@code /a}. */
  public static String normalized(String path) {
    return AclPath.text(AclPath.components(path));
  }

  private void parseLine(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length != 5 || !fields[0].equals("acl") || !fields[1].matches("[01]")) {
      throw new InvalidName("line", line, "acl:<0|1>:<path>:<ids>:<roles>");
    }
    for (String who : items(fields[3])) {
      if (!who.startsWith("@")) AuthId.parse(who);
      for (String role : items(fields[4])) {
        add(AclPath.components(fields[2]), who, Role.parse(role), fields[1].equals("1"));
      }
    }
  }

  private static List<String> items(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private void add(List<String> path, String who, Role role, boolean propagate) {
    Node node = root;
    for (String component : path) node = node.children.computeIfAbsent(component, c -> new Node());
    var roles = node.given.computeIfAbsent(who, w -> new EnumMap<>(Role.class));
    // NoAccess stands alone: of it and other roles, the last one given wins.
    if (role == Role.NO_ACCESS) roles.clear();
    else roles.remove(Role.NO_ACCESS);
    roles.put(role, propagate);
  }

  /** @throws InvalidName if the path is none that PBS takes, or the id could not be written back */
  public void give(String path, AuthId who, Role role, boolean propagate) {
    String id = who.toString();
    if (id.indexOf(',') >= 0 || id.startsWith("@")) {
      throw new InvalidName(
          "user",
          id,
          "a name without ',' and not beginning with '@', as acl.cfg could not hold it");
    }
    add(AclPath.checked(path), id, role, propagate);
  }

  public void take(String path, AuthId who, Role role) {
    Node node = node(AclPath.components(path));
    var roles = node == null ? null : node.given.get(who.toString());
    if (node == null || roles == null) return;
    roles.remove(role);
    if (roles.isEmpty()) node.given.remove(who.toString());
  }

  /** Everything given to a user or token goes. */
  public void forget(AuthId who) {
    forget(root, who.toString());
  }

  private static void forget(Node node, String who) {
    node.given.remove(who);
    node.children.values().forEach(child -> forget(child, who));
  }

  /** Everything at and below a path goes. */
  public void removePath(String path) {
    List<String> parts = AclPath.components(path);
    if (parts.isEmpty()) {
      root.children.clear();
      root.given.clear();
      return;
    }
    Node parent = node(parts.subList(0, parts.size() - 1));
    if (parent != null) parent.children.remove(parts.getLast());
  }

  private @Nullable Node node(List<String> path) {
    Node node = root;
    for (String component : path) {
      node = node.children.get(component);
      if (node == null) return null;
    }
    return node;
  }

  /** The roles of an id at a path, each with whether it holds below too: the deepest set that is not empty. */
  public Map<Role, Boolean> roles(AuthId who, String path) {
    String id = who.toString();
    Map<Role, Boolean> roles = Map.of();
    Node node = root;
    List<String> parts = AclPath.components(path);
    for (int depth = 0; node != null; depth++) {
      var here = node.given.get(id);
      if (here != null) {
        var counting = new EnumMap<Role, Boolean>(here);
        if (depth < parts.size()) counting.values().removeIf(propagates -> !propagates);
        if (!counting.isEmpty()) roles = counting;
      }
      node = depth < parts.size() ? node.children.get(parts.get(depth)) : null;
    }
    return roles;
  }

  /** The privileges of an id at a path, each with whether it holds below too. */
  public Map<Privilege, Boolean> privileges(AuthId who, String path) {
    var privileges = new EnumMap<Privilege, Boolean>(Privilege.class);
    roles(who, path)
        .forEach((role, propagates) ->
            role.privileges().forEach(p -> privileges.merge(p, propagates, Boolean::logicalOr)));
    return privileges;
  }

  /** All paths below which something is given to anybody, and those paths themselves. */
  public List<String> paths() {
    var paths = new ArrayList<String>();
    walk(root, new ArrayList<>(), (path, node) -> paths.add(AclPath.text(path)));
    return paths;
  }

  public List<AclEntry> entries() {
    var entries = new ArrayList<AclEntry>();
    walk(
        root,
        new ArrayList<>(),
        (path, node) -> node.given.forEach((who, roles) -> roles.forEach((role, propagate) ->
            entries.add(new AclEntry(AclPath.text(path), who, role, propagate)))));
    return entries;
  }

  private interface Visitor {
    void visit(List<String> path, Node node);
  }

  /** Parent before children, children in byte order. */
  private static void walk(Node node, List<String> path, Visitor visitor) {
    if (!node.given.isEmpty()) visitor.visit(path, node);
    node.children.forEach((name, child) -> {
      path.add(name);
      walk(child, path, visitor);
      path.removeLast();
    });
  }

  /** As PBS writes it: the same tree always gives the same bytes. */
  public byte[] format() {
    var text = new StringBuilder();
    walk(root, new ArrayList<>(), (path, node) -> {
      formatLines(AclPath.text(path), node, false, text::append);
      formatLines(AclPath.text(path), node, true, text::append);
    });
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Roles with the same ids share a line. */
  private static void formatLines(String path, Node node, boolean propagate, Consumer<String> out) {
    var idsOfRole = new TreeMap<String, TreeSet<String>>();
    node.given.forEach((who, roles) -> roles.forEach((role, propagates) -> {
      // root@pam may everything anyway
      if (propagates == propagate && !who.equals(ROOT_USER)) {
        idsOfRole.computeIfAbsent(role.toString(), r -> new TreeSet<>()).add(who);
      }
    }));
    var rolesOfIds = new TreeMap<String, TreeSet<String>>();
    idsOfRole.forEach((role, ids) ->
        rolesOfIds.computeIfAbsent(String.join(",", ids), i -> new TreeSet<>()).add(role));
    rolesOfIds.forEach((ids, roles) -> {
      String start = "acl:" + (propagate ? 1 : 0) + ":" + path + ":" + ids + ":";
      if (roles.remove(Role.NO_ACCESS.toString())) out.accept(start + Role.NO_ACCESS + "\n");
      if (!roles.isEmpty()) out.accept(start + String.join(",", roles) + "\n");
    });
  }
}
