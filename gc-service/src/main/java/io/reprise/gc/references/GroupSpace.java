package io.reprise.gc.references;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one group takes: its chunks by the number of groups that share them. So the space that its removal frees is exact,
 * and so is its fair share, and the shares of all groups add up to the disk. Not safe for several threads.
 */
final class GroupSpace {
  private final String name;
  private long files;
  private long logicalBytes;
  private final TreeMap<Integer, long[]> byShare = new TreeMap<>(); // groups → bytes, chunks

  GroupSpace(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return files == 0 && byShare.isEmpty();
  }

  void addFile(long dataBytes, int sign) {
    files += sign;
    logicalBytes += sign * dataBytes;
  }

  /** @param sharedBy number of groups that have the chunk */
  void addChunk(int sharedBy, long bytes, int sign) {
    long[] sums = byShare.computeIfAbsent(sharedBy, n -> new long[2]);
    sums[0] += sign * bytes;
    sums[1] += sign;
    if (sums[0] == 0 && sums[1] == 0) byShare.remove(sharedBy);
  }

  Space toSpace() {
    long exclusive = byShare.getOrDefault(1, new long[2])[0];
    double share = 0;
    long stored = 0;
    for (Map.Entry<Integer, long[]> entry : byShare.entrySet()) {
      share += (double) entry.getValue()[0] / entry.getKey();
      stored += entry.getValue()[0];
    }
    return new Space(name, files, logicalBytes, stored, exclusive, Math.round(share));
  }

  byte[] encode() {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(4 + utf8.length + 16 + byShare.size() * 20);
    out.putInt(utf8.length).put(utf8).putLong(files).putLong(logicalBytes);
    byShare.forEach((n, sums) -> out.putInt(n).putLong(sums[0]).putLong(sums[1]));
    return out.array();
  }

  static GroupSpace decode(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    byte[] utf8 = new byte[in.getInt()];
    in.get(utf8);
    var space = new GroupSpace(new String(utf8, StandardCharsets.UTF_8));
    space.files = in.getLong();
    space.logicalBytes = in.getLong();
    while (in.hasRemaining()) {
      space.byShare.put(in.getInt(), new long[] {in.getLong(), in.getLong()});
    }
    return space;
  }
}
