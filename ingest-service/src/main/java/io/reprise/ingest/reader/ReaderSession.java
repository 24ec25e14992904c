package io.reprise.ingest.reader;

import static io.reprise.ingest.upgrade.StreamEndpoint.get;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Parameters;
import io.reprise.ingest.rest.Type;
import io.reprise.ingest.store.Stores;
import io.reprise.ingest.upgrade.FileContent;
import io.reprise.ingest.upgrade.Reply;
import io.reprise.ingest.upgrade.SessionConnection;
import io.reprise.ingest.upgrade.StreamEndpoint;
import io.reprise.ingest.upgrade.StreamSession;
import io.reprise.platform.task.Task;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One client that reads a snapshot (protocol.md §4.2). Bytes go out as they are stored; nothing is decoded. */
final class ReaderSession implements StreamSession {
  private static final Logger LOG = Logger.getLogger(ReaderSession.class);
  private static final Param<ArchiveName> FILE = Param.of("file-name", Type.of(ArchiveName::new));
  private static final Param<Digest> DIGEST = Param.of("digest", Type.of(Digest::parse));
  private static final byte[] SPEEDTEST = new byte[1 << 20];

  static {
    Arrays.fill(SPEEDTEST, (byte) 'A');
  }

  private final Stores.Use use;
  private final DirectoryLock lock;
  private final Path directory;
  private final Task task;
  private final ChunkFiles files;
  private final ReadAhead ahead;
  private final AllowedChunks allowed;
  private final Outgoing outgoing;

  /** @param directory of the snapshot, which the lock keeps */
  ReaderSession(
      Stores.Use use,
      DirectoryLock lock,
      Path directory,
      Task task,
      ChunkFiles files,
      ReadAhead ahead,
      AllowedChunks allowed) {
    this.use = use;
    this.lock = lock;
    this.directory = directory;
    this.task = task;
    this.files = files;
    this.ahead = ahead;
    this.allowed = allowed;
    outgoing = new Outgoing(ahead.memory());
  }

  @Override
  public List<StreamEndpoint> endpoints() {
    return List.of(
        get("download").takes(FILE).answers(this::download),
        get("chunk").takes(DIGEST).answers(p -> chunk(p.get(DIGEST))),
        get("speedtest")
            .answers(p -> new Reply.Bytes(Unpooled.wrappedBuffer(SPEEDTEST), () -> {})));
  }

  @Override
  public void connected(SessionConnection connection) {
    task.onAbort(connection::close);
  }

  private Reply download(Parameters parameters) throws IOException {
    ArchiveName name = parameters.get(FILE);
    Path file = directory.resolve(name.text());
    boolean blob = name.kind() == ArchiveName.Kind.BLOB;
    if (!Files.isRegularFile(file)) {
      throw new ApiError(blob ? 404 : 400, name + " is not in this snapshot");
    }
    task.log("download \"" + file + "\"");
    if (!blob) allow(name, file);
    return new Reply.Content(new FileContent(file, ahead.memory().pieceBytes(), () -> {}));
  }

  private void allow(ArchiveName name, Path file) throws IOException {
    task.log("register chunks in '" + name + "' as downloadable.");
    IndexReader index = IndexReader.open(file);
    if (allowed.add(index)) ahead.downloaded(index);
  }

  private Reply chunk(Digest digest) throws IOException {
    Chunk wanted = ahead.want(digest);
    if (wanted == null) {
      AllowedChunks.Place place = allowed.find(digest);
      if (place == null) {
        task.log(
            "attempted to download chunk " + digest + " which is not in registered chunk list");
        throw new ApiError(
            401, "chunk " + digest + " is in no index that was downloaded in this session");
      }
      wanted = ahead.want(digest, place);
    }
    boolean left = false;
    try {
      int size = wanted.await();
      if (begin(size)) {
        left = true;
        return whole(digest, wanted, size);
      }
      left = true;
      ahead.leave(wanted);
      return pieces(digest);
    } finally {
      if (!left) ahead.leave(wanted);
    }
  }

  private boolean begin(int size) throws InterruptedIOException {
    try {
      return outgoing.begin(size);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a chunk waited to be sent");
    }
  }

  private Reply whole(Digest digest, Chunk wanted, int size) throws IOException {
    boolean done = false;
    try {
      ByteBuf bytes = ahead.take(wanted);
      if (bytes == null) bytes = files.readNow(digest);
      done = true;
      return new Reply.Bytes(bytes, () -> outgoing.sent(size));
    } finally {
      if (!done) outgoing.sent(size);
    }
  }

  private Reply pieces(Digest digest) throws IOException {
    boolean done = false;
    try {
      var content =
          new FileContent(files.path(digest), ahead.memory().pieceBytes(), outgoing::sentInPieces);
      done = true;
      return new Reply.Content(content);
    } finally {
      if (!done) outgoing.sentInPieces();
    }
  }

  @Override
  public void ended(@Nullable String failure) {
    try (use;
        lock;
        allowed;
        ahead) {
      if (failure == null) task.log("reader finished successfully");
    } catch (IOException e) {
      LOG.errorf(e, "the end of a reader session of %s went wrong", directory);
      task.warn(String.valueOf(e.getMessage()));
    }
    if (task.isAbortRequested()) task.fail("task aborted");
    else if (failure != null) task.fail(failure);
    else task.succeed();
  }
}
