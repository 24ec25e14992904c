package io.reprise.cli;

import io.reprise.cli.terminal.Surroundings;
import io.reprise.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Surroundings for one run of the command, with what it printed; the home is a directory of the test. */
public final class Scene {
  public final Map<String, String> environment = new HashMap<>();
  public final Deque<String> answers = new ArrayDeque<>();
  public final List<String> questions = new ArrayList<>();
  public boolean terminal;
  public int width = Integer.MAX_VALUE;
  /** What comes in by standard input. */
  public String input = "";
  /** The same as bytes, if there are any. */
  public byte[] inputBytes = new byte[0];

  private final Path home;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public Scene(Path home) {
    this.home = home;
    environment.put("HOME", home.toString());
    environment.put("XDG_CONFIG_DIRS", home.resolve("etc").toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("PATH", System.getenv("PATH"));
  }

  public Scene with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public Surroundings surroundings() {
    return surroundings(ZoneOffset.UTC);
  }

  public Surroundings surroundings(ZoneId zone) {
    return new Surroundings(
        environment,
        new ByteArrayInputStream(
            inputBytes.length > 0 ? inputBytes : input.getBytes(StandardCharsets.UTF_8)),
        out,
        err,
        new FakeTerminal(),
        zone,
        home);
  }

  /** @return the exit code */
  public int run(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(List.of(arguments), surroundings());
  }

  public byte[] outBytes() {
    return out.toByteArray();
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private final class FakeTerminal implements Terminal {
    @Override
    public boolean stdinIsTerminal() {
      return terminal;
    }

    @Override
    public boolean stdoutIsTerminal() {
      return terminal;
    }

    @Override
    public boolean stderrIsTerminal() {
      return terminal;
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public String readSecret(String prompt) throws IOException {
      if (!terminal) throw new IOException("no terminal to ask on");
      questions.add(prompt);
      return readLine();
    }

    @Override
    public String readLine() throws IOException {
      String answer = answers.poll();
      if (answer == null) throw new EOFException("no answer");
      return answer;
    }
  }
}
