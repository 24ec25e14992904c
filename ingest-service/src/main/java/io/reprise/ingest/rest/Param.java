package io.reprise.ingest.rest;

/**
 * One parameter of an endpoint.
 *
 * @param optional may be left out; a variable of the path never is
 */
public record Param<T>(String name, Type<T> type, boolean optional) {
  /** A parameter that must be given. */
  public static <T> Param<T> of(String name, Type<T> type) {
    return new Param<>(name, type, false);
  }

  public Param<T> orNothing() {
    return new Param<>(name, type, true);
  }
}
