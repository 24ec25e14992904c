package io.reprise.datastore;

import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.index.IndexedReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A copy of the fixture's datastore, opened, with the key of its encrypted snapshots. */
final class FixtureStore implements AutoCloseable {
  private final Datastore store;
  private final CryptKey key;

  private FixtureStore(Datastore store, CryptKey key) {
    this.store = store;
    this.key = key;
  }

  /** Skips the test if there is no fixture. */
  static FixtureStore in(Path directory) throws IOException {
    Path copy = Fixture.copyOfStore(directory.resolve("store"));
    var layout = new DatastoreLayout(directory.resolve("state"), directory.resolve("run"));
    return new FixtureStore(
        Datastore.open(DatastoreConfig.of("store1", copy), layout),
        KeyFile.read(Fixture.key()).open(() -> new byte[0]));
  }

  /** A snapshot and where it is. */
  record Place(Namespace namespace, SnapshotId snapshot) {
    static Place of(String namespace, String snapshot) {
      return new Place(Namespace.parse(namespace), SnapshotId.parse(snapshot));
    }
  }

  Datastore store() {
    return store;
  }

  CryptKey key() {
    return key;
  }

  List<Place> places() throws IOException {
    var places = new ArrayList<Place>();
    for (Namespace namespace : store.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      for (var group : store.groups(namespace)) {
        for (SnapshotId snapshot : store.snapshots(namespace, group)) {
          places.add(new Place(namespace, snapshot));
        }
      }
    }
    return places;
  }

  Manifest manifest(Place place) throws IOException {
    return store.manifest(place.namespace(), place.snapshot());
  }

  Path file(Place place, ArchiveName name) {
    return store.directory(place.namespace(), place.snapshot()).resolve(name.text());
  }

  List<FileEntry> indexes(Place place) throws IOException {
    return manifest(place).files().stream()
        .filter(f -> f.name().kind() != ArchiveName.Kind.BLOB)
        .toList();
  }

  /** The plain bytes of an archive. */
  IndexedReader read(Place place, ArchiveName name) throws IOException {
    boolean encrypted = manifest(place).file(name).orElseThrow().cryptMode() == CryptMode.ENCRYPT;
    return new IndexedReader(
        IndexReader.open(file(place, name)),
        digest -> ByteBuffer.wrap(store.chunks().read(digest)),
        encrypted ? key : null);
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
