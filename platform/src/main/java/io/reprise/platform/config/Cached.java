package io.reprise.platform.config;

import java.io.IOException;
import java.util.Optional;

/** What was made of a configuration file, made again when the file changes. */
public final class Cached<T> {
  /** Makes the value from the file's bytes. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(byte[] content) throws IOException;
  }

  private record Entry<T>(Object state, T value) {}

  private final ConfigDirectory directory;
  private final String name;
  private final Parser<T> parser;
  private volatile Optional<Entry<T>> entry = Optional.empty();

  public Cached(ConfigDirectory directory, String name, Parser<T> parser) {
    this.directory = directory;
    this.name = name;
    this.parser = parser;
  }

  /** @throws IOException if the file is broken now, whatever it was before */
  public T get() throws IOException {
    // The state first: a file replaced in between is read again next time.
    Object state = directory.state(name);
    var known = entry;
    if (known.isPresent() && known.get().state().equals(state))
      return known.get().value();
    T value = parser.parse(directory.read(name));
    entry = Optional.of(new Entry<>(state, value));
    return value;
  }
}
