package io.reprise.cli.key;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code key paperkey [<path>]}: a key to print and put into a safe, as text and, where the program {@code qrencode} is
 * installed, as QR code.
 */
@Command
public final class PaperKey implements Action {
  private static final String BEGIN = "-----BEGIN PROXMOX BACKUP KEY-----";
  private static final String END = "-----END PROXMOX BACKUP KEY-----";
  private static final int MAX_QR_BYTES = 1 << 20;

  @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
  private @Nullable String path;

  @Option(names = "--subject", paramLabel = "<text>", description = "printed above it")
  private @Nullable String subject;

  @Option(names = "--output-format", paramLabel = "<format>", description = "text or html")
  private String format = "text";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    KeyFile key = KeyFile.read(KeyPlaces.existing(at, path, KeyPlaces.KEY));
    String json =
        new String(Json.pretty(Json.parseObject(key.toJson(), "key file")), StandardCharsets.UTF_8);
    String text = BEGIN + "\n" + json + "\n" + END;
    switch (format) {
      case "text" -> text(at, text);
      case "html" -> html(at, text);
      default -> throw new CommandFailed("unknown format '" + format + "': use text or html");
    }
  }

  private void text(Surroundings at, String text) throws IOException, InterruptedException {
    if (subject != null) at.out().println("Subject: " + subject + "\n");
    at.out().println(text);
    byte[] code = qrCode(at, text, "utf8i");
    if (code == null) return;
    at.out().println();
    at.out().write(code);
  }

  private void html(Surroundings at, String text) throws IOException, InterruptedException {
    var out = at.out();
    out.println("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    out.println("<title>" + escaped(subject == null ? "Encryption key" : subject) + "</title>");
    out.println("</head>\n<body>");
    if (subject != null) out.println("<p>Subject: " + escaped(subject) + "</p>");
    out.println("<pre>\n" + escaped(text) + "\n</pre>");
    byte[] code = qrCode(at, text, "svg");
    if (code != null) {
      out.println("<img alt=\"QR code\" src=\"data:image/svg+xml;base64,"
          + Base64.getEncoder().encodeToString(code)
          + "\">");
    }
    out.println("</body>\n</html>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static byte @Nullable [] qrCode(Surroundings at, String text, String type)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("qrencode", "-t", type, "-m2", "-l", "q", "-o", "-")
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException notInstalled) {
      at.messages().info("no QR code: the program qrencode is not installed");
      return null;
    }
    try (var in = process.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    byte[] code = process.getInputStream().readNBytes(MAX_QR_BYTES);
    return process.waitFor() == 0 ? code : null;
  }
}
