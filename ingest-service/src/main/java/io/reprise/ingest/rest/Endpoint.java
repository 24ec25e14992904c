package io.reprise.ingest.rest;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of the table of endpoints (protocol.md §8): what is called how, by whom, with what, and who answers.
 *
 * @param path below {@code /api2/json}; a component in braces is a variable
 * @param rawBytes largest body in bytes that is taken as it is; −1 if the body carries parameters, 0 for downloads and
 *     upgrades, whose parameters come from path and query alone
 */
public record Endpoint(
    Method method,
    String path,
    String purpose,
    Rule rule,
    List<Param<?>> params,
    int rawBytes,
    Handler handler) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  /** HTTP methods in use. */
  public enum Method {
    GET,
    POST,
    PUT,
    DELETE
  }

  /** Does the work, on a virtual thread. */
  public interface Handler {
    /**
     * @throws ApiError an expected failure with its status
     * @throws IOException answered as 400 with its message
     */
    Answer handle(Call call) throws IOException;
  }

  public Endpoint {
    params = List.copyOf(params);
    Matcher variables = VARIABLE.matcher(path);
    while (variables.find()) {
      if (params.stream().noneMatch(p -> p.name().equals(variables.group(1)))) {
        throw new IllegalStateException(path + " does not declare " + variables.group(1));
      }
    }
  }

  public static Row get(String path, String purpose) {
    return new Row(Method.GET, path, purpose);
  }

  public static Row post(String path, String purpose) {
    return new Row(Method.POST, path, purpose);
  }

  public static Row put(String path, String purpose) {
    return new Row(Method.PUT, path, purpose);
  }

  public static Row delete(String path, String purpose) {
    return new Row(Method.DELETE, path, purpose);
  }

  /** A row being written down. */
  public static final class Row {
    private final Method method;
    private final String path;
    private final String purpose;
    private Rule rule = Rule.ANY;
    private List<Param<?>> params = List.of();
    private int rawBytes = -1;

    private Row(Method method, String path, String purpose) {
      this.method = method;
      this.path = path;
      this.purpose = purpose;
    }

    public Row takes(Param<?>... params) {
      this.params = List.of(params);
      return this;
    }

    public Row needs(Rule rule) {
      this.rule = rule;
      return this;
    }

    /** Parameters come from path and query alone; the body is bytes, at most so many. */
    public Row raw(int bytes) {
      this.rawBytes = bytes;
      return this;
    }

    public Endpoint answers(Handler handler) {
      return new Endpoint(method, path, purpose, rule, params, rawBytes, handler);
    }
  }
}
