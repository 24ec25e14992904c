package io.reprise.platform.task;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a task (protocol.md §6.1, datastore.md §9.4).
 *
 * @param node host name without dots
 * @param pid of the process that runs it
 * @param processStart clock ticks since boot when that process began; with {@code pid} it names a process for good
 * @param taskId counter within the process
 * @param startTime epoch seconds
 * @param workerType e.g. {@code backup}
 * @param workerId what it works on, not escaped; may be empty
 * @param authId who started it
 */
public record Upid(
    String node,
    long pid,
    long processStart,
    long taskId,
    long startTime,
    String workerType,
    String workerId,
    AuthId authId) {
  private static final Pattern TEXT = Pattern.compile(
      "UPID:([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8,16})"
          + ":([0-9A-Fa-f]{8}):([^:\\s/\\p{Cntrl}]+):([^:\\s/\\p{Cntrl}]*):([^:\\s/\\p{Cntrl}]+):");
  private static final int MAX_LENGTH = 512; // two file name lengths; far above any real one
  private static final String EXPECTED = "UPID:node:pid:pstart:task:time:type:id:user:";

  /** @throws InvalidName unless it is a well-formed UPID; safe as a file name then */
  public static Upid parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (text.length() > MAX_LENGTH || !m.matches()) {
      throw new InvalidName("task id", text, EXPECTED);
    }
    return new Upid(
        m.group(1),
        Long.parseLong(m.group(2), 16),
        Long.parseLong(m.group(3), 16),
        Long.parseUnsignedLong(m.group(4), 16),
        Long.parseLong(m.group(5), 16),
        m.group(6),
        unescape(m.group(7), text),
        AuthId.parse(m.group(8)));
  }

  /** The UPID as in lists, file names and answers. */
  @Override
  public String toString() {
    return "UPID:%s:%08X:%08X:%08X:%08X:%s:%s:%s:"
        .formatted(
            node, pid, processStart, taskId, startTime, workerType, escape(workerId), authId);
  }

  private static String escape(String id) {
    var out = new StringBuilder();
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean plain = c == '_'
          || (c == '.' && i > 0)
          || (c >= '0' && c <= '9')
          || (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z');
      if (plain) out.append(c);
      else if (c == '/') out.append('-');
      else out.append("\\x%02x".formatted((int) c));
    }
    return out.toString();
  }

  private static String unescape(String escaped, String upid) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '\\') {
        if (!escaped.startsWith("\\x", i) || i + 4 > escaped.length()) {
          throw new InvalidName("task id", upid, EXPECTED);
        }
        try {
          out.write(Integer.parseInt(escaped, i + 2, i + 4, 16));
        } catch (NumberFormatException e) {
          throw new InvalidName("task id", upid, EXPECTED);
        }
        i += 3;
      } else {
        out.writeBytes(String.valueOf(c == '-' ? '/' : c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
