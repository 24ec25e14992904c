package io.reprise.gc.store;

import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.index.IndexReader.DigestSink;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.os.DirectoryReader;
import io.reprise.datastore.os.DirectoryReader.Kind;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.RemovedSnapshot;
import io.reprise.gc.references.FoundIndex;
import io.reprise.gc.references.IndexFiles;
import io.reprise.gc.references.IndexIdentity;
import io.reprise.gc.references.Place;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Index files of a datastore on disk; those that are kept lie in {@code .reprise/indexes/}, by the first byte of their UUID. */
public final class StoreIndexFiles implements IndexFiles {
  private static final String REMOVED = "reprise-removed/";

  private final Datastore datastore;
  private final Path base;
  private final Path kept;

  public StoreIndexFiles(Datastore datastore) {
    this.datastore = datastore;
    base = datastore.path();
    kept = base.resolve(".reprise").resolve("indexes");
  }

  @Override
  public List<FoundIndex> list() throws IOException {
    var found = new ArrayList<FoundIndex>();
    try (var reader = new DirectoryReader()) {
      list(reader, "", found);
    }
    found.sort(Comparator.comparing(FoundIndex::path));
    return found;
  }

  /** Paths of the index files in one directory; none if it is gone. @param directory within the datastore */
  public List<String> in(String directory) throws IOException {
    var found = new ArrayList<FoundIndex>();
    try (var reader = new DirectoryReader()) {
      list(reader, directory + "/", found);
    }
    return found.stream().map(FoundIndex::path).toList();
  }

  /** @param prefix path within the datastore, empty or ending in a slash */
  private void list(DirectoryReader reader, String prefix, List<FoundIndex> found)
      throws IOException {
    var directories = new ArrayList<String>();
    try {
      reader.read(base.resolve(prefix), entry -> {
        if (entry.at(0) == '.') return;
        Kind kind = entry.kind();
        if (kind == Kind.DIRECTORY) {
          directories.add(entry.name());
        } else if (kind == Kind.FILE && isIndex(entry)) {
          FoundIndex file = status(prefix + entry.name());
          if (file != null) found.add(file);
        }
      });
    } catch (NoSuchFileException | NotDirectoryException vanished) {
      if (prefix.isEmpty()) throw vanished; // the datastore itself: not mounted?
      return;
    } catch (AccessDeniedException denied) {
      if (prefix.equals("lost+found/")) return;
      throw denied;
    }
    for (String directory : directories) list(reader, prefix + directory + "/", found);
  }

  private static boolean isIndex(DirectoryReader.Entry entry) {
    int length = entry.length();
    return length > 5
        && entry.at(length - 5) == '.'
        && (entry.at(length - 4) == 'f' || entry.at(length - 4) == 'd')
        && entry.at(length - 3) == 'i'
        && entry.at(length - 2) == 'd'
        && entry.at(length - 1) == 'x';
  }

  private @Nullable FoundIndex status(String path) throws IOException {
    FileStatus status = FileStatus.find(base.resolve(path));
    return status == null
        ? null
        : new FoundIndex(path, status.inode(), status.size(), status.modified());
  }

  @Override
  public long moves() throws IOException {
    return datastore.moves().read();
  }

  @Override
  public FoundIndex find(String path) throws IOException {
    FoundIndex found = status(path);
    if (found == null) throw new NoSuchFileException(base.resolve(path).toString());
    return found;
  }

  /** {@code [ns/a/…/]type/id/time/name}, or the same below {@code reprise-removed/<id>/}, where a record tells the rest. */
  @Override
  public Place place(String path) throws IOException {
    String[] parts = path.split("/", -1);
    int count = parts.length;
    if (count < 4 || !ArchiveName.isArchive(parts[count - 1])) return Place.outside(path);
    if (path.startsWith(REMOVED) && count == 4) return removed(path, parts);
    if (!SnapshotId.isTime(parts[count - 2]) || !isNamespace(parts, count - 4)) {
      return Place.outside(path);
    }
    try {
      GroupId.parse(parts[count - 4] + "/" + parts[count - 3]);
      String group = path.substring(
          0, path.length() - parts[count - 1].length() - parts[count - 2].length() - 2);
      return new Place(group, parts[count - 1], SnapshotId.parseTime(parts[count - 2]));
    } catch (InvalidName unexpected) {
      return Place.outside(path);
    }
  }

  private static boolean isNamespace(String[] parts, int count) {
    if (count % 2 != 0 || count > 2 * Namespace.MAX_DEPTH) return false;
    for (int i = 0; i < count; i += 2) {
      if (!parts[i].equals("ns") || !SafeId.matches(parts[i + 1])) return false;
    }
    return true;
  }

  private Place removed(String path, String[] parts) throws IOException {
    if (!SafeId.matches(parts[1])) return Place.outside(path);
    RemovedSnapshot removed = datastore.removed().find(parts[1]);
    if (removed == null) throw new NoSuchFileException(base.resolve(path).toString());
    SnapshotId snapshot = removed.snapshot();
    Path group = removed.namespace().below(base).resolve(snapshot.group().toString());
    return new Place(base.relativize(group).toString(), parts[3], snapshot.time());
  }

  @Override
  public Content open(String path) throws IOException {
    return new OpenIndex(IndexReader.open(base.resolve(path)));
  }

  @Override
  public long keep(String path, IndexIdentity identity) throws IOException {
    Path link = kept(identity);
    Path directory = link.getParent();
    if (directory != null) Files.createDirectories(directory);
    try {
      Files.createLink(link, base.resolve(path));
    } catch (FileAlreadyExistsException keptBefore) {
      // by an earlier run, or through a copy at another path: the same content
    }
    return FileStatus.of(link).inode();
  }

  @Override
  public Content openKept(IndexIdentity identity) throws IOException {
    return new OpenIndex(IndexReader.open(kept(identity)));
  }

  @Override
  public void dropKept(IndexIdentity identity) throws IOException {
    Files.deleteIfExists(kept(identity));
  }

  @Override
  public List<IndexIdentity> kept() throws IOException {
    var identities = new ArrayList<IndexIdentity>();
    try (var reader = new DirectoryReader()) {
      for (int i = 0; i < 256; i++) {
        try {
          reader.read(kept.resolve("%02x".formatted(i)), entry -> {
            try {
              identities.add(IndexIdentity.parse(entry.name()));
            } catch (InvalidName foreign) {
              // not ours to judge
            }
          });
        } catch (NoSuchFileException none) {
          continue;
        }
      }
    }
    return identities;
  }

  private Path kept(IndexIdentity identity) {
    String name = identity.toString();
    return kept.resolve(name.substring(0, 2)).resolve(name);
  }

  private record OpenIndex(IndexReader reader) implements Content {
    @Override
    public IndexIdentity identity() throws IOException {
      return new IndexIdentity(reader.uuid(), reader.computeChecksum());
    }

    @Override
    public long entries() {
      return reader.entryCount();
    }

    @Override
    public long dataBytes() {
      return reader.size();
    }

    @Override
    public void digests(DigestSink sink) throws IOException {
      reader.digests(sink);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
