package io.reprise.gc.references;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A counted index file, or one being counted in or out, part by part of the digests' range:
 *
 * <pre>
 * ADDING (part 0 … parts − 1) → COUNTED → REMOVING (part 0 … parts − 1) → gone
 * </pre>
 *
 * @param group its group's number
 * @param paths how many paths show it
 * @param previous the file before it in its place when it was begun to be counted in or out, 0 if none
 * @param next the file behind it, 0 if none
 * @param part what is to be counted next, while adding or removing
 */
record FileRecord(
    long id,
    IndexIdentity identity,
    int group,
    String archive,
    long time,
    long inode,
    long entries,
    long dataBytes,
    int paths,
    State state,
    long previous,
    long next,
    int part) {
  enum State {
    ADDING,
    COUNTED,
    REMOVING
  }

  FileRecord withPaths(int count) {
    return new FileRecord(
        id, identity, group, archive, time, inode, entries, dataBytes, count, state, previous, next,
        part);
  }

  FileRecord begin(State begun, long before, long behind) {
    return new FileRecord(
        id, identity, group, archive, time, inode, entries, dataBytes, paths, begun, before, behind,
        0);
  }

  FileRecord at(int nextPart) {
    return new FileRecord(
        id, identity, group, archive, time, inode, entries, dataBytes, paths, state, previous, next,
        nextPart);
  }

  FileRecord counted() {
    return new FileRecord(
        id,
        identity,
        group,
        archive,
        time,
        inode,
        entries,
        dataBytes,
        paths,
        State.COUNTED,
        0,
        0,
        0);
  }

  byte[] encode() {
    byte[] name = archive.getBytes(StandardCharsets.UTF_8);
    var out = ByteBuffer.allocate(IndexIdentity.BYTES + 8 * 6 + 4 * 3 + 1 + name.length);
    identity.write(out);
    out.putInt(group).putLong(time).putLong(inode).putLong(entries).putLong(dataBytes);
    out.putInt(paths)
        .put((byte) state.ordinal())
        .putLong(previous)
        .putLong(next)
        .putInt(part);
    return out.put(name).array();
  }

  static FileRecord decode(long id, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var identity = IndexIdentity.read(in);
    int group = in.getInt();
    long time = in.getLong();
    long inode = in.getLong();
    long entries = in.getLong();
    long dataBytes = in.getLong();
    int paths = in.getInt();
    State state = State.values()[in.get()];
    long previous = in.getLong();
    long next = in.getLong();
    int part = in.getInt();
    String archive = new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8);
    return new FileRecord(
        id, identity, group, archive, time, inode, entries, dataBytes, paths, state, previous, next,
        part);
  }
}
