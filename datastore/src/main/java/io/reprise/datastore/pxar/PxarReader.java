package io.reprise.datastore.pxar;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive from front to back (datastore.md §4.3): the root directory first, then each directory's entries,
 * followed by its end. Memory is fixed but for the names of open directories. Does not close the stream.
 *
 * <pre>{@code
 * while (reader.next() instanceof PxarEvent event) {
 *   switch (event) {
 *     case PxarEntry entry -> … reader.path() … reader.content() …
 *     case DirectoryEnd end -> …
 *   }
 * }
 * }</pre>
 */
public final class PxarReader {
  private static final int MAX_DEPTH = 4096;
  private static final int ITEM = 24;

  private final RecordInput in;
  private final List<FileName> open = new ArrayList<>();
  private List<FileName> path = List.of();
  private long contentLeft;
  private @Nullable PxarEntry entry;
  private boolean started;

  /** @param in the plain bytes of the archive; buffered is faster */
  public PxarReader(InputStream in) {
    this.in = new RecordInput(in, 0);
  }

  /**
   * The next event, null behind the root's end. What is left of a file's content is skipped.
   *
   * @throws BadFormat if the archive is damaged, forged, or of version 2
   */
  public @Nullable PxarEvent next() throws IOException {
    in.skip(contentLeft);
    contentLeft = 0;
    entry = null;
    if (!started) {
      started = true;
      return enter(EntryDecoder.root(in));
    }
    if (open.isEmpty()) return null;
    if (in.peek() == RecordType.GOODBYE) return leave();
    return enter(EntryDecoder.named(in));
  }

  private PxarEntry enter(PxarEntry found) throws BadFormat {
    entry = found;
    // The root stands in the stack of open directories with its empty name, but in no path.
    List<FileName> names = new ArrayList<>(open);
    names.add(found.name());
    path = Collections.unmodifiableList(names.subList(1, names.size()));
    if (found.isDirectory()) {
      if (open.size() >= MAX_DEPTH) throw new BadFormat("pxar: nested more than 4096 deep");
      open.add(found.name());
    }
    if (found.kind() instanceof Kind.RegularFile file) contentLeft = file.size();
    return found;
  }

  private PxarEvent leave() throws IOException {
    long length = in.length();
    if (length < ITEM || length % ITEM != 0) {
      throw new BadFormat(
          "pxar: GOODBYE at %d has impossible length %d".formatted(in.recordStart(), length));
    }
    in.open();
    in.skip(length - ITEM);
    byte[] tail = new byte[ITEM];
    for (int n = 0; n < ITEM; ) n += in.readSome(tail, n, ITEM - n);
    if (!GoodbyeItem.read(tail).isTail()) {
      throw new BadFormat("pxar: GOODBYE at " + in.recordStart() + " lacks its end marker");
    }
    path = List.copyOf(open.subList(1, open.size()));
    open.removeLast();
    return new PxarEvent.DirectoryEnd();
  }

  /** Names from the root down to the last event's entry or directory; empty for the root. */
  public List<FileName> path() {
    return path;
  }

  /** The content of the regular file that the last event was; up to the next call of {@link #next}. */
  public InputStream content() {
    PxarEntry file = entry;
    if (file == null || !(file.kind() instanceof Kind.RegularFile)) {
      throw new IllegalStateException("the last event was no regular file");
    }
    return new Content(file);
  }

  private final class Content extends InputStream {
    private final PxarEntry file;

    Content(PxarEntry file) {
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (file != entry) throw new IllegalStateException("the reader has moved on");
      if (length == 0) return 0;
      if (contentLeft == 0) return -1;
      int n = in.readSome(target, offset, (int) Math.min(length, contentLeft));
      contentLeft -= n;
      return n;
    }
  }
}
