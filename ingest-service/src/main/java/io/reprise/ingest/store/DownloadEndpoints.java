package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.SnapshotEndpoints.existing;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.namespace;
import static io.reprise.ingest.store.StoreParams.snapshot;

import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.index.IndexedReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Whole files of a snapshot, raw and decoded, and the client's log (protocol.md §5.2). */
@ApplicationScoped
class DownloadEndpoints implements EndpointGroup {
  private static final String BYTES = "application/octet-stream";
  private static final int DECODED_AT_ONCE = 1 << 20;
  private static final Param<ArchiveName> FILE_NAME =
      Param.of("file-name", Type.of(ArchiveName::new));

  private final Stores stores;

  DownloadEndpoints(Stores stores) {
    this.stores = stores;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore/{store}/download", "A file of a snapshot as it is stored")
            .takes(STORE, NS, TYPE, ID, TIME, FILE_NAME)
            .raw(0)
            .answers(this::download),
        get("/admin/datastore/{store}/download-decoded", "The content of a file of a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME, FILE_NAME)
            .raw(0)
            .answers(this::downloadDecoded),
        post("/admin/datastore/{store}/upload-backup-log", "Add the client's log to a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME)
            .raw(BlobDecoder.MAX_ENCODED_CHUNK)
            .answers(this::uploadLog));
  }

  private Answer download(Call call) {
    return content(call, (datastore, file, out) -> Files.copy(file, out));
  }

  private Answer downloadDecoded(Call call) {
    return content(call, (datastore, file, out) -> {
      if (call.get(FILE_NAME).kind() == ArchiveName.Kind.BLOB) {
        ByteBuffer blob = ByteBuffer.wrap(Files.readAllBytes(file));
        BlobCrc.check(blob);
        if (BlobKind.of(blob).encrypted()) throw encrypted(call.get(FILE_NAME));
        try (var decoder = new BlobDecoder()) {
          write(decoder.decode(blob, null, BlobDecoder.MAX_CHUNK), out);
        }
        return;
      }
      try (var archive = archive(datastore, file)) {
        ByteBuffer part = ByteBuffer.allocate(DECODED_AT_ONCE);
        for (long at = 0; at < archive.size(); at += part.limit()) {
          part.clear().limit((int) Math.min(part.capacity(), archive.size() - at));
          archive.read(at, part);
          write(part.flip(), out);
        }
      }
    });
  }

  /** The content of an archive; reading it fails with 400 if it is encrypted. */
  static IndexedReader archive(Datastore datastore, Path file) throws IOException {
    return new IndexedReader(
        IndexReader.open(file),
        digest -> {
          ByteBuffer blob = ByteBuffer.wrap(datastore.chunks().read(digest));
          if (BlobKind.of(blob).encrypted()) {
            throw encrypted(new ArchiveName(String.valueOf(file.getFileName())));
          }
          return blob;
        },
        null);
  }

  private static ApiError encrypted(ArchiveName file) {
    return ApiError.badRequest(file + " is encrypted: restore it with the client and its key");
  }

  private static void write(ByteBuffer bytes, OutputStream out) throws IOException {
    out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  private interface Copy {
    void copy(Datastore datastore, Path file, OutputStream out) throws IOException;
  }

  private Answer content(Call call, Copy copy) {
    var granted = GroupAccess.READ.of(call.caller(), call.get(STORE), namespace(call));
    return new Answer.Content(BYTES, -1, null, out -> {
      try (var use = stores.use(call.get(STORE), Operation.READ)) {
        Datastore datastore = use.datastore();
        SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
        granted.check(datastore, namespace(call), snapshot.group());
        try (var lock = datastore.lockForReading(namespace(call), snapshot)) {
          Path file = datastore
              .directory(namespace(call), snapshot)
              .resolve(call.get(FILE_NAME).text());
          copy.copy(datastore, file, out);
        } catch (NoSuchFileException e) {
          throw ApiError.badRequest("snapshot " + snapshot + " lacks " + e.getFile());
        }
      }
    });
  }

  private Answer uploadLog(Call call) throws IOException {
    var granted = GroupAccess.UPLOAD_LOG.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      ByteBuffer blob = ByteBuffer.wrap(call.body());
      BlobKind.of(blob);
      BlobCrc.check(blob);
      try {
        datastore.putClientLog(namespace(call), snapshot, blob);
      } catch (FileAlreadyExistsException e) {
        throw ApiError.badRequest("snapshot " + snapshot + " has a client log already");
      }
      return Answer.NOTHING;
    }
  }
}
