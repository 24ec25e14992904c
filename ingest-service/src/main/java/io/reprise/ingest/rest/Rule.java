package io.reprise.ingest.rest;

import io.reprise.platform.access.Privilege;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who may call an endpoint, decided from caller and path before parameters are read (protocol.md §8). Rules that need
 * parameters or the datastore (protocol.md §2.8) are the handler's, behind {@link #ANY}.
 *
 * @param text the rule in words, for the description of the API
 */
public record Rule(String text, Check check) {
  /** No login at all. */
  public static final Rule WORLD = new Rule("world", (caller, path) -> true);

  /** Any login. */
  public static final Rule ANY = new Rule("any login", (caller, path) -> true);

  public static final Rule SUPERUSER =
      new Rule("superuser", (caller, path) -> caller.isSuperuser());

  /** The condition; path variables by name. */
  public interface Check {
    boolean allows(Caller caller, Map<String, String> pathVariables);
  }

  /** @param aclPath with path variables in braces, e.g. {@code /datastore/{store}}; one of the privileges is enough */
  public static Rule on(String aclPath, Privilege... anyOf) {
    String privileges =
        Arrays.stream(anyOf).map(Privilege::toString).collect(Collectors.joining(" or "));
    return new Rule(
        privileges + " on " + aclPath,
        (caller, path) -> caller.mayAny(filledIn(aclPath, path), anyOf));
  }

  /** The user of that path variable itself, not one of its tokens. */
  public static Rule self(String variable) {
    return new Rule(
        "the user itself", (caller, path) -> caller.id().toString().equals(path.get(variable)));
  }

  public Rule or(Rule other) {
    return new Rule(
        text + ", or " + other.text,
        (caller, path) -> check.allows(caller, path) || other.check.allows(caller, path));
  }

  private static String filledIn(String template, Map<String, String> pathVariables) {
    String filled = template;
    for (var variable : pathVariables.entrySet()) {
      filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
    }
    return filled;
  }
}
