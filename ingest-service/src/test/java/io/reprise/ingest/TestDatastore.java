package io.reprise.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.store.Stores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A datastore of one test in the service under test. */
public final class TestDatastore {
  public static final String CONF = "qemu-server.conf.blob";
  public static final byte[] CONTENT = "name: web\n".getBytes(StandardCharsets.UTF_8);

  private final Stores stores;
  public final String name = "s" + UUID.randomUUID().toString().substring(0, 8);
  public final Path path;

  /** Configures it by the API; prefix directories of chunks are made when they are needed. */
  public TestDatastore(Api api, Directories directories, Stores stores) throws IOException {
    this.stores = stores;
    path = directories.state().resolve("stores").resolve(name);
    Files.createDirectories(path.resolve(".chunks"));
    Files.writeString( // the host of the test may have less room than a datastore wants
        directories.config().resolve("reprise.cfg"),
        "\ndatastore: " + name + "\n\tfloor-bytes 0\n\tfloor-inodes 0\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    String upid = Api.form(
            api.asAdmin(), "name", name, "path", path.toString(), "reuse-datastore", "1")
        .post("/config/datastore")
        .then()
        .statusCode(200)
        .extract()
        .path("data");
    assertThat(api.end(api.admin(), upid)).isEqualTo("OK");
  }

  /** The path of a call of this datastore. */
  public String call(String call) {
    return "/admin/datastore/" + name + "/" + call;
  }

  /** A finished snapshot with one blob, made by a whole session. */
  public void backUp(Namespace namespace, String snapshot, String owner) throws IOException {
    try (var use = stores.use(name, Operation.WRITE);
        var session = use.datastore()
            .startBackup(namespace, SnapshotId.parse(snapshot), AuthId.parse(owner), false)) {
      byte[] blob = blob(CONTENT);
      session.putBlob(new ArchiveName(CONF), ByteBuffer.wrap(blob));
      var entry = new FileEntry(new ArchiveName(CONF), CryptMode.NONE, blob.length, sha256(blob));
      byte[] manifest = Manifest.of(session.id(), List.of(entry)).toJson();
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(blob(manifest)));
      session.finish(m -> m, m -> {});
    }
  }

  public void backUp(String snapshot, String owner) throws IOException {
    backUp(Namespace.ROOT, snapshot, owner);
  }

  public void createNamespace(String namespace) throws IOException {
    try (var use = stores.use(name, Operation.WRITE)) {
      use.datastore().createNamespace(Namespace.parse(namespace));
    }
  }

  /** Snapshots that were moved to {@code reprise-removed/}. */
  public int removed() throws IOException {
    try (var use = stores.use(name, Operation.READ)) {
      return use.datastore().removed().list().size();
    }
  }

  public static byte[] blob(byte[] content) {
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      return Arrays.copyOfRange(blob.array(), blob.position(), blob.limit());
    }
  }

  private static Digest sha256(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
