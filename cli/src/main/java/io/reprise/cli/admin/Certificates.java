package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cert …} (cli.md §4.1). */
public final class Certificates {
  /** As OpenSSL prints times. */
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
          "MMM ppd HH:mm:ss uuuu 'GMT'", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);

  private Certificates() {}

  /** {@code cert info}: the certificate that the server shows, with the fingerprint that clients expect. */
  @Command
  public static final class Info extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode all = rest.get("nodes/localhost/certificates/info", Parameters.none());
      if (output.json(at, all)) return;
      for (JsonNode one : all) {
        line(at, "Subject: ", one.path("subject"));
        for (JsonNode name : one.path("san")) {
          line(at, isAddress(name.asText()) ? "    IP:" : "    DNS:", name);
        }
        line(at, "Issuer: ", one.path("issuer"));
        at.out().println("Validity:");
        at.out().println("    Not Before: " + time(one.path("notbefore")));
        at.out().println("    Not After : " + time(one.path("notafter")));
        line(at, "Fingerprint (sha256): ", one.path("fingerprint"));
        line(at, "Public key type: ", one.path("public-key-type"));
        line(at, "Public key bits: ", one.path("public-key-bits"));
      }
    }

    private static boolean isAddress(String name) {
      return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }

    private static void line(Surroundings at, String label, JsonNode value) {
      at.out().println(label + Messages.printable(value.asText()));
    }

    private static String time(JsonNode epochSeconds) {
      return TIME.format(Instant.ofEpochSecond(epochSeconds.asLong()));
    }
  }
}
