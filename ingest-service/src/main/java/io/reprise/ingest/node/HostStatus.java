package io.reprise.ingest.node;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.os.FileSystemSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The host as {@code /proc} tells it (protocol.md §5.7). Processor shares are those since the last time it was asked. */
final class HostStatus {
  private static final Path PROC = Path.of("/proc");
  private static final int KIB = 1024;

  /** Ticks of all processors since the host started. */
  private record Ticks(long all, long idle, long waiting) {}

  private Ticks before = new Ticks(0, 0, 0);

  /** @param fingerprint of the certificate */
  ObjectNode read(String fingerprint) throws IOException {
    ObjectNode status = Json.object();
    processors(status);
    ArrayNode load = status.putArray("loadavg");
    String[] loads = line("loadavg").split(" ");
    for (int i = 0; i < 3; i++) load.add(Double.parseDouble(loads[i]));
    Map<String, Long> memory = memory();
    space(status.putObject("memory"), memory, "MemTotal", "MemAvailable");
    space(status.putObject("swap"), memory, "SwapTotal", "SwapFree");
    FileSystemSpace root = FileSystemSpace.of(Path.of("/"));
    status
        .putObject("root")
        .put("total", root.totalBytes())
        .put("used", root.usedBytes())
        .put("avail", root.availableBytes());
    status.put("uptime", (long) Double.parseDouble(line("uptime").split(" ")[0]));
    kernel(status);
    status.set("cpuinfo", cpuInfo());
    boolean efi = Files.exists(Path.of("/sys/firmware/efi"));
    status
        .putObject("boot-info")
        .put("mode", efi ? "efi" : "legacy-bios")
        .put("secureboot", efi && isSecureBoot());
    status.putObject("info").put("fingerprint", fingerprint);
    return status;
  }

  /** The firmware's variable: four bytes of attributes, then 1 if it checks what it starts. */
  private static boolean isSecureBoot() {
    try {
      byte[] variable = Files.readAllBytes(
          Path.of("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"));
      return variable.length == 5 && variable[4] == 1;
    } catch (IOException noVariables) {
      return false;
    }
  }

  private synchronized void processors(ObjectNode status) throws IOException {
    String[] fields = line("stat").split("\\s+");
    long all = 0;
    for (int i = 1; i <= 8; i++) all += Long.parseLong(fields[i]); // guests' time is in user's
    var now = new Ticks(all, Long.parseLong(fields[4]), Long.parseLong(fields[5]));
    double ticks = Math.max(1, now.all - before.all);
    double idle = now.idle - before.idle;
    double waiting = now.waiting - before.waiting;
    before = now;
    status.put("cpu", Math.clamp(1 - (idle + waiting) / ticks, 0, 1));
    status.put("wait", Math.clamp(waiting / ticks, 0, 1));
  }

  private static void space(
      ObjectNode object, Map<String, Long> memory, String totalName, String freeName) {
    long total = memory.getOrDefault(totalName, 0L);
    long free = memory.getOrDefault(freeName, 0L);
    object.put("total", total).put("used", total - free).put("free", free);
  }

  /** Bytes by name. */
  private static Map<String, Long> memory() throws IOException {
    var memory = new HashMap<String, Long>();
    for (String line : Files.readAllLines(PROC.resolve("meminfo"))) {
      String[] fields = line.split(":?\\s+");
      memory.put(fields[0], Long.parseLong(fields[1]) * KIB);
    }
    return memory;
  }

  private static void kernel(ObjectNode status) throws IOException {
    String name = line("sys/kernel/ostype");
    String release = line("sys/kernel/osrelease");
    String version = line("sys/kernel/version");
    status.put("kversion", name + " " + release + " " + version);
    status
        .putObject("current-kernel")
        .put("sysname", name)
        .put("release", release)
        .put("version", version)
        .put("machine", System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64");
  }

  private static ObjectNode cpuInfo() throws IOException {
    String model = "";
    int cpus = 0;
    Set<String> sockets = new HashSet<>();
    for (String line : Files.readAllLines(PROC.resolve("cpuinfo"))) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.startsWith("processor")) cpus++;
      if (line.startsWith("model name")) model = value;
      if (line.startsWith("physical id")) sockets.add(value);
    }
    return Json.object()
        .put("model", model)
        .put("sockets", Math.max(1, sockets.size()))
        .put("cpus", cpus);
  }

  private static String line(String file) throws IOException {
    try (var lines = Files.lines(PROC.resolve(file))) {
      return lines.findFirst().orElse("");
    }
  }
}
