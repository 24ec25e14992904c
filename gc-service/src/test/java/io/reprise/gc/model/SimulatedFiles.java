package io.reprise.gc.model;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader.DigestSink;
import io.reprise.gc.model.World.Index;
import io.reprise.gc.references.ChunkFiles;
import io.reprise.gc.references.FoundIndex;
import io.reprise.gc.references.IndexFiles;
import io.reprise.gc.references.IndexIdentity;
import io.reprise.gc.references.Place;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The seams over a {@link World}, with a point before each primitive at which others act and processes die. */
final class SimulatedFiles implements IndexFiles, ChunkFiles {
  private final World world;
  private final Runnable between;
  private final BooleanSupplier trouble;
  private final boolean secondLook;

  /**
   * @param between called before each primitive
   * @param trouble whether a file cannot be read just now
   * @param secondLook false for a sweeper that trusts its first look
   */
  SimulatedFiles(World world, Runnable between, BooleanSupplier trouble, boolean secondLook) {
    this.world = world;
    this.between = between;
    this.trouble = trouble;
    this.secondLook = secondLook;
  }

  /** One of the disk, as they come. */
  static final class InputOutputError extends IOException {
    private static final long serialVersionUID = 1L;

    InputOutputError() {
      super("input/output error");
    }
  }

  private void reach() throws InputOutputError {
    between.run();
    if (trouble.getAsBoolean()) throw new InputOutputError();
  }

  /** Directory by directory, as a real listing: what moves from where it has not been to where it was is missed. */
  @Override
  public List<FoundIndex> list() {
    var found = new ArrayList<FoundIndex>();
    var directories = new TreeSet<String>();
    for (String path : world.indexes.keySet()) directories.add(directory(path));
    var order = new ArrayList<>(directories);
    if (world.random.nextBoolean()) order.sort(Comparator.reverseOrder());
    for (String directory : order) {
      between.run();
      for (var entry : new ArrayList<>(world.indexes.entrySet())) {
        if (directory(entry.getKey()).equals(directory)) {
          found.add(found(entry.getKey(), entry.getValue()));
        }
      }
    }
    found.sort(Comparator.comparing(FoundIndex::path));
    return found;
  }

  private static String directory(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  private static FoundIndex found(String path, Index index) {
    return new FoundIndex(path, index.inode(), index.digests().size(), index.modified());
  }

  @Override
  public long moves() {
    between.run();
    return world.moves;
  }

  private Index index(String path) throws IOException {
    reach();
    Index index = world.indexes.get(path);
    if (index == null) throw new NoSuchFileException(path);
    return index;
  }

  @Override
  public FoundIndex find(String path) throws IOException {
    return found(path, index(path));
  }

  @Override
  public Place place(String path) throws IOException {
    return index(path).place();
  }

  @Override
  public Content open(String path) throws IOException {
    return new Opened(index(path));
  }

  @Override
  public long keep(String path, IndexIdentity identity) throws IOException {
    Index index = index(path);
    return world.kept.computeIfAbsent(identity, i -> index).inode();
  }

  @Override
  public Content openKept(IndexIdentity identity) throws IOException {
    reach();
    Index index = world.kept.get(identity);
    if (index == null) throw new NoSuchFileException(identity.toString());
    return new Opened(index);
  }

  @Override
  public void dropKept(IndexIdentity identity) {
    between.run();
    world.kept.remove(identity);
  }

  @Override
  public List<IndexIdentity> kept() {
    return List.copyOf(world.kept.keySet());
  }

  private record Opened(Index index) implements Content {
    @Override
    public IndexIdentity identity() {
      return index.identity();
    }

    @Override
    public long entries() {
      return index.digests().size();
    }

    @Override
    public long dataBytes() {
      return index.digests().size() * 4L;
    }

    @Override
    public void digests(DigestSink sink) throws IOException {
      for (Digest d : index.digests()) sink.accept(d.a(), d.b(), d.c(), d.d());
    }

    @Override
    public void close() {}
  }

  @Override
  public @Nullable Status find(Digest digest) throws IOException {
    reach();
    world.lookedAt = digest;
    return world.chunks.get(digest);
  }

  @Override
  public boolean setAside(Digest digest) {
    between.run();
    Status status = world.chunks.remove(digest);
    if (status == null) return false;
    world.aside.put(digest, status);
    return true;
  }

  @Override
  public @Nullable Status findAside(Digest digest) {
    between.run();
    Status status = world.aside.get(digest);
    if (status == null || secondLook) return status;
    return new Status(status.size(), java.time.Instant.EPOCH);
  }

  @Override
  public void putBack(Digest digest) {
    between.run();
    Status status = world.aside.get(digest);
    if (status == null) return;
    world.chunks.putIfAbsent(digest, new Status(status.size(), world.now));
    between.run();
    world.delete(world.aside, digest, "putting it back");
  }

  @Override
  public void deleteAside(Digest digest) {
    between.run();
    world.delete(world.aside, digest, "a sweep");
  }

  @Override
  public void deleteBad(String name) {}

  @Override
  public @Nullable Status findBad(String name) {
    return null;
  }

  @Override
  public void list(Names names) throws IOException {
    var order = new TreeSet<Digest>(world.chunks.keySet());
    order.addAll(world.aside.keySet());
    int count = 0;
    for (Digest digest : order) {
      between.run();
      var name = new KnownName(digest);
      if (world.chunks.containsKey(digest)) names.chunk(digest.a(), name);
      if (world.aside.containsKey(digest)) names.aside(digest.a(), name);
      names.directory(count++);
    }
  }

  private record KnownName(Digest digest) implements Name {}
}
