package io.reprise.ingest.rest;

import org.jspecify.annotations.Nullable;

/**
 * One call of an endpoint as its handler sees it.
 *
 * @param caller who calls; where no login is needed, nobody ({@link Nobody})
 * @param parameters checked
 * @param body bytes of a raw upload, else empty
 * @param headers a request header by its name, null if absent
 * @param peer null if unknown
 */
public record Call(
    Caller caller,
    Parameters parameters,
    byte[] body,
    Headers headers,
    @Nullable Peer peer) {

  /** Request headers by name, whatever the case. */
  public interface Headers {
    @Nullable
    String get(String name);
  }

  public <T> T get(Param<T> param) {
    return parameters.get(param);
  }

  public <T> T get(Param<T> param, T fallback) {
    return parameters.get(param, fallback);
  }

  public <T> @Nullable T find(Param<T> param) {
    return parameters.find(param);
  }
}
