package io.reprise.cli.key;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Table;
import io.reprise.cli.remote.StateFile;
import io.reprise.cli.remote.Xdg;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import io.reprise.datastore.key.MasterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** RSA master keys: the key in the safe that opens every backup's encryption key. */
public final class MasterKeys {
  private static final String PASSWORD_PROMPT = "Master Key Password: ";

  private MasterKeys() {}

  /** {@code key create-master-key}: two files in the current directory. */
  @Command
  public static final class Create implements Action {
    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      byte[] password = NewPassword.askTwice(at, PASSWORD_PROMPT);
      var pair = MasterKey.generate();
      RSAPublicKey open = (RSAPublicKey) pair.getPublic();
      print(at, open);
      Path openFile = at.path("master-public.pem");
      at.messages().info("Writing public master key to " + openFile);
      StateFile.replace(openFile, MasterKey.writePublic(open));
      Path secretFile = at.path("master-private.pem");
      at.messages().info("Writing private master key to " + secretFile);
      StateFile.replace(
          secretFile, MasterKey.writePrivate((RSAPrivateKey) pair.getPrivate(), password));
    }
  }

  /** {@code key import-master-pubkey <path>}: makes it the default one. */
  @Command
  public static final class Import implements Action {
    @Parameters(index = "0", paramLabel = "<path>")
    private String path = "";

    @Override
    public void run(Surroundings at) throws IOException {
      byte[] pem = Files.readAllBytes(at.path(path));
      print(at, MasterKey.readPublic(pem));
      Path target = Xdg.config(at, KeyPlaces.MASTER);
      StateFile.replace(target, pem);
      at.messages().info("Imported public master key to " + target);
    }
  }

  /** {@code key show-master-pubkey [<path>]}. */
  @Command
  public static final class Show implements Action {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
    private @Nullable String path;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Path file = KeyPlaces.existing(at, path, KeyPlaces.MASTER);
      RSAPublicKey key = MasterKey.readPublic(Files.readAllBytes(file));
      ObjectNode object = JsonNodeFactory.instance
          .objectNode()
          .put("path", file.toString())
          .put("modulus", modulus(key))
          .put("exponent", key.getPublicExponent().toString())
          .put("length", key.getModulus().bitLength());
      if (output.json(at, object)) return;
      Table.ofObject()
          .row("path", file.toString())
          .row("modulus", modulus(key))
          .row("exponent", key.getPublicExponent().toString())
          .row("length", Integer.toString(key.getModulus().bitLength()))
          .print(at);
    }
  }

  private static String modulus(RSAPublicKey key) {
    return key.getModulus().toString(16).toUpperCase(Locale.ROOT);
  }

  private static void print(Surroundings at, RSAPublicKey key) {
    at.out().println("Modulus: " + modulus(key));
    at.out().println("Exponent: " + key.getPublicExponent());
  }

  /** {@code key import-with-master-key [<path>]}: gets an encryption key back out of a backup. */
  @Command
  public static final class Recover implements Action {
    @Mixin
    private final NewPassword password = new NewPassword();

    @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
    private @Nullable String path;

    @Option(
        names = "--master-keyfile",
        paramLabel = "<path>",
        required = true,
        description = "private master key (PEM)")
    private String master = "";

    @Option(
        names = "--encrypted-keyfile",
        paramLabel = "<path>",
        required = true,
        description = "rsa-encrypted.key as restored from a snapshot")
    private String encrypted = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Path target = path == null ? Xdg.config(at, KeyPlaces.KEY) : at.path(path);
      if (path == null && Files.exists(target)) {
        throw new CommandFailed(target + " exists already: name another path, or move it away");
      }
      RSAPrivateKey secret = MasterKey.readPrivate(
          Files.readAllBytes(at.path(master)),
          () -> at.terminal().readSecret(PASSWORD_PROMPT).getBytes(StandardCharsets.UTF_8));
      KeyFile inner = MasterKey.unwrap(secret, Files.readAllBytes(at.path(encrypted)));
      CryptKey key = inner.open(() -> new byte[0]);
      String hint = password.hint();
      byte[] fresh = password.ask(at, "New Password: ");
      byte[] json = inner
          .changePassphrase(key, password.kdf(), fresh, hint, KeyCreate.now(at))
          .toJson();
      if (path == null) {
        KeyPlaces.writeNew(target, json);
        at.messages().info("imported the key to " + target);
      } else {
        StateFile.replace(target, json);
      }
      at.messages().info("Encryption key fingerprint: " + key.fingerprint().shortText());
    }
  }
}
