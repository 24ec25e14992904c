package io.reprise.cli.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where the shell's command lines come from. */
interface ShellInput extends AutoCloseable {
  /** @return null at the end of input */
  @Nullable
  String next(String prompt) throws IOException;

  @Override
  default void close() throws IOException {}

  /** A pipe or file: no prompt, no editing. */
  static ShellInput of(InputStream in) {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    return prompt -> lines.readLine();
  }
}
