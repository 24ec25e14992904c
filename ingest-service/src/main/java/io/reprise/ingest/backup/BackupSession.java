package io.reprise.ingest.backup;

import static io.reprise.ingest.upgrade.StreamEndpoint.get;
import static io.reprise.ingest.upgrade.StreamEndpoint.post;
import static io.reprise.ingest.upgrade.StreamEndpoint.put;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.chunk.Insert;
import io.reprise.datastore.index.DynamicIndexWriter;
import io.reprise.datastore.index.FixedIndexReader;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.UploadStatistics;
import io.reprise.datastore.snapshot.NewSnapshot;
import io.reprise.ingest.backup.Archive.Uploads;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Parameters;
import io.reprise.ingest.rest.Type;
import io.reprise.ingest.store.FinishedBackup;
import io.reprise.ingest.store.SnapshotEvents;
import io.reprise.ingest.store.Stores;
import io.reprise.ingest.upgrade.Answering;
import io.reprise.ingest.upgrade.FileContent;
import io.reprise.ingest.upgrade.ReceivedBody;
import io.reprise.ingest.upgrade.Reply;
import io.reprise.ingest.upgrade.SessionConnection;
import io.reprise.ingest.upgrade.StreamEndpoint;
import io.reprise.ingest.upgrade.StreamSession;
import io.reprise.ingest.upgrade.UpgradeRequest;
import io.reprise.platform.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One running backup: the calls of protocol.md §3.3 and their rules. Chunks come in on any thread and in any order; all that
 * changes indexes runs one call after the other.
 */
final class BackupSession implements StreamSession {
  private static final Logger LOG = Logger.getLogger(BackupSession.class);
  private static final int MAX_CHUNK = 16 << 20;
  private static final int MAX_ENCODED = MAX_CHUNK + 44;
  private static final int MAX_WRITERS = 256;

  /** Well below the twelve hours after which a touch must not be older (design of garbage collection). */
  private static final long TOUCH_HOURS = 6;

  private static final Param<ArchiveName> ARCHIVE =
      Param.of("archive-name", Type.of(ArchiveName::new));
  private static final Param<ArchiveName> FILE = Param.of("file-name", Type.of(ArchiveName::new));
  private static final Param<Long> ENCODED_SIZE =
      Param.of("encoded-size", Type.integer(13, MAX_ENCODED));
  private static final Param<Long> CHUNK_SIZE = Param.of("size", Type.integer(1, MAX_CHUNK));
  private static final Param<Long> FIXED_CHUNK_SIZE =
      Param.of("size", Type.integer(1, Archive.FIXED_CHUNK));
  private static final Param<Long> IMAGE_SIZE = Param.of("size", Type.integer(1, Long.MAX_VALUE));
  private static final Param<Long> WRITER = Param.of("wid", Type.integer(1, MAX_WRITERS));
  private static final Type<Digest> DIGEST_TYPE = Type.of(Digest::parse);
  private static final Param<Digest> DIGEST = Param.of("digest", DIGEST_TYPE);
  private static final Param<Digest> REUSE = Param.of("reuse-csum", DIGEST_TYPE).orNothing();
  private static final Param<Digest> CHECKSUM = Param.of("csum", DIGEST_TYPE);
  private static final Param<List<Digest>> DIGESTS =
      Param.of("digest-list", Type.list(DIGEST_TYPE));
  private static final Param<List<Long>> OFFSETS =
      Param.of("offset-list", Type.list(Type.integer(0, Long.MAX_VALUE)));
  private static final Param<Long> COUNT = Param.of("chunk-count", Type.integer(1, Long.MAX_VALUE));
  private static final Param<Long> SIZE = Param.of("size", Type.integer(1, Long.MAX_VALUE));
  private static final Param<Long> COUNT_OR_NONE =
      Param.of("chunk-count", Type.integer(0, Long.MAX_VALUE));
  private static final Param<Long> SIZE_OR_NONE = Param.of("size", Type.integer(0, Long.MAX_VALUE));

  private final UpgradeRequest request;
  private final Stores.Use use;
  private final NewSnapshot snapshot;
  private final Task task;
  private final SnapshotEvents events;
  private final ChunkWorkers workers;
  private final KnownDigests known;
  private final IntSupplier pieceBytes;
  private final UploadJournal journal;
  private final ScheduledFuture<?> touching;

  // Guarded by this.
  private final Map<Long, Archive> writers = new HashMap<>();
  private long lastWriter;
  private long files;
  private long blobBytes;
  private Uploads uploads = Uploads.NONE;

  /** @param pieceBytes how much of an answer may be in memory at once */
  BackupSession(
      UpgradeRequest request,
      Stores.Use use,
      NewSnapshot snapshot,
      Task task,
      SnapshotEvents events,
      ChunkWorkers workers,
      KnownDigests known,
      IntSupplier pieceBytes,
      UploadJournal journal) {
    this.request = request;
    this.use = use;
    this.snapshot = snapshot;
    this.task = task;
    this.events = events;
    this.workers = workers;
    this.known = known;
    this.pieceBytes = pieceBytes;
    this.journal = journal;
    touching = workers.every(TOUCH_HOURS, this::touchAgain);
  }

  @Override
  public List<StreamEndpoint> endpoints() {
    return List.of(
        get("previous_backup_time").answers(p -> previousTime()),
        get("previous").takes(ARCHIVE).answers(this::previous),
        get("uploaded").answersInOrder(p -> uploaded()),
        post("blob").takes(FILE, ENCODED_SIZE).receives(ENCODED_SIZE, this::blob),
        post("dynamic_index").takes(ARCHIVE).answersInOrder(this::beginDynamic),
        post("fixed_index").takes(ARCHIVE, IMAGE_SIZE, REUSE).answersInOrder(this::beginFixed),
        post("dynamic_chunk")
            .takes(WRITER, DIGEST, CHUNK_SIZE, ENCODED_SIZE)
            .receives(ENCODED_SIZE, (p, b, a) -> chunk(p, p.get(CHUNK_SIZE), b, a, false)),
        post("fixed_chunk")
            .takes(WRITER, DIGEST, FIXED_CHUNK_SIZE, ENCODED_SIZE)
            .receives(ENCODED_SIZE, (p, b, a) -> chunk(p, p.get(FIXED_CHUNK_SIZE), b, a, true)),
        put("dynamic_index").takes(WRITER, DIGESTS, OFFSETS).answersInOrder(p -> append(p, false)),
        put("fixed_index").takes(WRITER, DIGESTS, OFFSETS).answersInOrder(p -> append(p, true)),
        post("dynamic_close")
            .takes(WRITER, COUNT, SIZE, CHECKSUM)
            .answersInOrder(p -> end(p, p.get(COUNT), p.get(SIZE), false)),
        post("fixed_close")
            .takes(WRITER, COUNT_OR_NONE, SIZE_OR_NONE, CHECKSUM)
            .answersInOrder(p -> end(p, p.get(COUNT_OR_NONE), p.get(SIZE_OR_NONE), true)),
        post("speedtest").dropsBody(p -> Reply.NOTHING),
        post("finish").answersInOrder(p -> finish()));
  }

  @Override
  public void connected(SessionConnection to) {
    task.onAbort(to::close);
  }

  // the base

  private Reply previousTime() {
    var base = snapshot.base();
    return base == null ? Reply.NOTHING : Reply.of(base.time());
  }

  private Reply previous(Parameters parameters) throws IOException {
    ArchiveName name = parameters.get(ARCHIVE);
    Path file = baseFile(name);
    task.log("download '" + name + "' from previous backup.");
    if (name.kind() == ArchiveName.Kind.BLOB) {
      if (!Files.isRegularFile(file)) throw new ApiError(404, name + " is not in the last backup");
    } else {
      register(name, file);
    }
    return new Reply.Content(new FileContent(file, pieceBytes.getAsInt(), () -> {}));
  }

  private Path baseFile(ArchiveName name) {
    if (snapshot.base() == null) {
      throw ApiError.badRequest("there is no previous backup to take " + name + " from");
    }
    return snapshot.baseFile(name);
  }

  private void register(ArchiveName name, Path file) throws IOException {
    task.log("register chunks in '" + name + "' from previous backup.");
    try (var index = IndexReader.open(file)) {
      for (long entry = 0; entry < index.entryCount(); entry++) {
        long length = index.length(entry);
        if (length < 1 || length > MAX_CHUNK) {
          throw new BadFormat(
              name + " of the previous backup has an entry of " + length + " bytes");
        }
        known.add(index.digest(entry), (int) length);
      }
    }
  }

  /** What earlier backups of this group by the same user left here when they broke off: not PBS's (ADR 11). */
  private Reply uploaded() throws IOException {
    Path index = journal.index(use.datastore().chunks(), known::add);
    if (index == null) throw new ApiError(404, "no backup of this group has broken off");
    try {
      task.log("register chunks of a backup that broke off.");
      return new Reply.Content(new FileContent(index, pieceBytes.getAsInt(), () -> {}));
    } finally {
      Files.delete(index); // open: it is sent all the same
    }
  }

  // uploads

  private void chunk(
      Parameters parameters, long size, ReceivedBody body, Answering answering, boolean fixed) {
    workers.run(() -> {
      try (body) {
        Digest digest = parameters.get(DIGEST);
        Insert insert = workers.store(use.datastore().chunks(), digest, (int) size, body.bytes());
        writer(parameters.get(WRITER), fixed)
            .uploaded((int) size, insert.storedBytes(), insert.duplicate());
        if (known.size(digest) == 0) journal.add(digest, (int) size, insert.storedBytes());
        known.add(digest, (int) size);
        answering.reply(Reply.of(digest.toString()));
      } catch (IOException | RuntimeException e) {
        answering.fail(e);
      }
    });
  }

  private void blob(Parameters parameters, ReceivedBody body, Answering answering) {
    workers.run(() -> {
      try (body) {
        answering.reply(putBlob(parameters.get(FILE), body));
      } catch (IOException | RuntimeException e) {
        answering.fail(e);
      }
    });
  }

  private Reply putBlob(ArchiveName name, ReceivedBody body) throws IOException {
    if (name.kind() != ArchiveName.Kind.BLOB) {
      throw ApiError.badRequest("file-name '" + name + "' does not end in .blob");
    }
    var bytes = body.bytes();
    BlobCrc.check(bytes);
    snapshot.putBlob(name, bytes);
    synchronized (this) {
      files++;
      blobBytes += bytes.remaining();
    }
    task.log("add blob \"%s\" (%d bytes, comp: %d)"
        .formatted(snapshot.file(name), bytes.remaining(), bytes.remaining()));
    return Reply.NOTHING;
  }

  // indexes

  private Reply beginDynamic(Parameters parameters) throws IOException {
    ArchiveName name = named(parameters, ArchiveName.Kind.DYNAMIC);
    var writer = DynamicIndexWriter.create(snapshot.temporaryIndex(name));
    return begin(new Archive.Dynamic(name, writer));
  }

  private Reply beginFixed(Parameters parameters) throws IOException {
    ArchiveName name = named(parameters, ArchiveName.Kind.FIXED);
    long size = parameters.get(IMAGE_SIZE);
    Digest reuse = parameters.find(REUSE);
    if (reuse == null) {
      return begin(new Archive.Fixed(name, fixedWriter(name, size), false));
    }
    try (var base = FixedIndexReader.open(baseFile(name))) {
      if (!base.computeChecksum().equals(reuse)) {
        throw ApiError.badRequest("reuse-csum is not the checksum of " + name
            + " in the previous backup: upload in full");
      }
      FixedIndexWriter writer = fixedWriter(name, size);
      boolean done = false;
      try {
        writer.copyFrom(base);
        Reply reply = begin(new Archive.Fixed(name, writer, true));
        done = true;
        return reply;
      } finally {
        if (!done) writer.close();
      }
    }
  }

  private FixedIndexWriter fixedWriter(ArchiveName name, long size) throws IOException {
    return FixedIndexWriter.create(snapshot.temporaryIndex(name), size, Archive.FIXED_CHUNK);
  }

  private ArchiveName named(Parameters parameters, ArchiveName.Kind kind) {
    requireNotFinished();
    ArchiveName name = parameters.get(ARCHIVE);
    if (name.kind() != kind) {
      throw ApiError.badRequest("archive-name '" + name + "' does not end in " + kind.extension());
    }
    return name;
  }

  private void requireNotFinished() {
    if (snapshot.isFinished()) throw ApiError.badRequest("the backup is finished already");
  }

  private synchronized Reply begin(Archive archive) throws IOException {
    if (lastWriter == MAX_WRITERS) {
      archive.close();
      throw ApiError.badRequest("a session has at most " + MAX_WRITERS + " archives");
    }
    long number = ++lastWriter;
    writers.put(number, archive);
    Path base = use.datastore().path();
    task.log("created new %s index %d (\"%s\")"
        .formatted(archive.kind(), number, base.relativize(snapshot.file(archive.name))));
    return Reply.of(number);
  }

  private synchronized Archive writer(long number, boolean fixed) {
    Archive archive = writers.get(number);
    if (archive == null || archive instanceof Archive.Fixed != fixed) {
      throw ApiError.badRequest(
          "there is no open " + (fixed ? "fixed" : "dynamic") + " index " + number);
    }
    return archive;
  }

  private Reply append(Parameters parameters, boolean fixed) throws IOException {
    List<Digest> digests = parameters.get(DIGESTS);
    List<Long> offsets = parameters.get(OFFSETS);
    if (digests.size() != offsets.size()) {
      throw ApiError.badRequest(
          "digest-list has %d entries, offset-list %d".formatted(digests.size(), offsets.size()));
    }
    Archive archive = writer(parameters.get(WRITER), fixed);
    for (int i = 0; i < digests.size(); i++) {
      Digest digest = digests.get(i);
      int size = known.size(digest);
      if (size == 0) {
        throw ApiError.badRequest("chunk " + digest
            + " is unknown in this session: upload it, or get the previous index first");
      }
      archive.append(offsets.get(i), digest, size);
    }
    return Reply.NOTHING;
  }

  private Reply end(Parameters parameters, long chunks, long size, boolean fixed)
      throws IOException {
    requireNotFinished();
    long number = parameters.get(WRITER);
    Digest checksum = parameters.get(CHECKSUM);
    Archive archive = writer(number, fixed);
    synchronized (this) {
      writers.remove(number); // gone whatever comes of it
    }
    Path target = snapshot.file(archive.name);
    try (archive) {
      archive.finish(chunks, size, checksum, target, snapshot.flushesFiles());
    }
    synchronized (this) {
      files++;
      uploads = uploads.plus(archive.uploads());
    }
    tell(archive, target);
    task.log("successfully closed " + archive.kind() + " index " + number);
    return Reply.NOTHING;
  }

  private void tell(Archive archive, Path file) throws IOException {
    long size;
    task.log("Upload statistics for '" + archive.name + "'");
    try (var index = IndexReader.open(file)) {
      size = index.size();
      task.log("UUID: " + index.uuid().toString().replace("-", ""));
      task.log("Checksum: " + index.checksum());
    }
    task.log("Size: " + size);
    task.log("Chunk count: " + archive.appended);
    if (size == 0 || archive.appended == 0) return;
    Uploads sent = archive.uploads();
    task.log("Upload size: %d (%d%%)".formatted(sent.bytes(), percent(sent.bytes(), size)));
    long atClient = Math.max(0, archive.appended - sent.count());
    if (atClient + sent.duplicates() > 0) {
      task.log("Duplicates: %d+%d (%d%%)"
          .formatted(
              atClient,
              sent.duplicates(),
              percent(atClient + sent.duplicates(), archive.appended)));
    }
    if (sent.bytes() > 0) {
      task.log("Compression: %d%%".formatted(percent(sent.stored(), sent.bytes())));
    }
  }

  private static long percent(long part, long whole) {
    return Math.round(Math.floor(100.0 * part / whole));
  }

  // the end

  private Reply finish() throws IOException {
    requireNotFinished();
    UploadStatistics statistics;
    synchronized (this) {
      if (!writers.isEmpty()) {
        throw ApiError.badRequest(writers.size() + " archives are still open: close them first");
      }
      if (files == 0) throw ApiError.badRequest("the backup has no files");
      statistics = new UploadStatistics(
          uploads.count(), uploads.bytes() + blobBytes, uploads.stored(), uploads.duplicates());
    }
    AuthId owner = request.benchmark()
        ? request.caller()
        : use.datastore().owner(request.namespace(), request.snapshot().group());
    snapshot.finish(manifest -> manifest.withStatistics(statistics), manifest -> {
      if (request.benchmark()) return;
      events.finishing(new FinishedBackup(
          request.datastore(),
          request.namespace(),
          request.snapshot(),
          manifest,
          statistics,
          owner,
          request.caller(),
          task.upid(),
          Duration.between(Instant.ofEpochSecond(task.upid().startTime()), Instant.now())));
    });
    task.log("successfully finished backup");
    return Reply.NOTHING;
  }

  /** So that a session that lives for days keeps the chunks that no index on disk holds yet. */
  private void touchAgain() {
    try {
      known.forEach(use.datastore().chunks()::touch);
    } catch (IOException e) {
      LOG.warnf("%s: chunks cannot be touched: %s", request.snapshot(), e.getMessage());
    }
  }

  @Override
  public void ended(@Nullable String failure) {
    touching.cancel(false);
    boolean finished = snapshot.isFinished();
    try {
      announceEnd(finished, failure);
      closeAll();
    } catch (IOException e) {
      LOG.errorf(e, "%s: the end of the session went wrong", request.snapshot());
      task.warn(String.valueOf(e.getMessage()));
    }
    if (finished || request.benchmark()) task.succeed();
    else if (task.isAbortRequested()) task.fail("task aborted");
    else task.fail(failure == null ? "backup ended but finished flag is not set." : failure);
  }

  private void announceEnd(boolean finished, @Nullable String failure) {
    if (request.benchmark()) {
      task.log("benchmark finished successfully");
    } else if (finished) {
      if (failure != null) task.log("backup had errors but finished: " + failure);
      task.log("backup finished successfully");
    } else if (failure == null) {
      task.log("backup ended and finish failed: backup ended but finished flag is not set.");
      task.log("removing unfinished backup");
    } else {
      task.log("backup failed: " + failure);
      task.log("removing failed backup");
    }
  }

  private void closeAll() throws IOException {
    try (use;
        snapshot;
        known;
        journal) {
      if (snapshot.isFinished()) journal.forget();
      synchronized (this) {
        for (Archive archive : writers.values()) archive.close();
        writers.clear();
      }
    }
  }
}
