package io.reprise.datastore.pxar;

import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.Metadata.Acl;
import io.reprise.datastore.pxar.Metadata.Defaults;
import io.reprise.datastore.pxar.Metadata.Permission;
import io.reprise.datastore.pxar.Metadata.Xattr;
import io.reprise.datastore.pxar.PxarBuilder.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Trees with everything that an archive can hold, the same for the same seed. */
final class RandomTree {
  private static final Acl NO_ACL = new Acl(List.of(), List.of(), null, null, List.of(), List.of());

  private final Random random;
  private final List<String> files = new ArrayList<>();

  RandomTree(long seed) {
    random = new Random(seed);
  }

  Node.Directory root() {
    return directory("", 3);
  }

  static Metadata plain(int mode) {
    return new Metadata(mode, 0, 1000, 1000, 1_430_487_000, 500, List.of(), NO_ACL, null, null);
  }

  private Node.Directory directory(String path, int depth) {
    Map<FileName, Node> children = new TreeMap<>();
    var names = new TreeMap<FileName, String>();
    for (int i = random.nextInt(9); i > 0; i--) {
      FileName name = name();
      names.put(name, path.isEmpty() ? name.toString() : path + "/" + name);
    }
    // In the order of the archive, so that a hard link finds only what lies before it.
    names.forEach((name, at) -> children.put(name, node(at, depth)));
    return new Node.Directory(metadata(Metadata.DIRECTORY), children);
  }

  private Node node(String path, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 7)) {
      case 0 -> new Node.Symlink(metadata(Metadata.SYMLINK), FileName.of("../" + random.nextInt()));
      case 1 ->
        new Node.Device(
            metadata(random.nextBoolean() ? Metadata.BLOCK_DEVICE : Metadata.CHAR_DEVICE),
            random.nextInt(256),
            random.nextLong());
      case 2 -> new Node.Special(metadata(random.nextBoolean() ? Metadata.FIFO : Metadata.SOCKET));
      case 3 -> files.isEmpty() ? file(path) : hardlink();
      case 4, 5, 6 -> file(path);
      default -> directory(path, depth - 1);
    };
  }

  private Node hardlink() {
    return new Node.Hardlink(files.get(random.nextInt(files.size())));
  }

  private Node file(String path) {
    files.add(path);
    return new Node.File(metadata(Metadata.REGULAR), bytes(random.nextInt(300)));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Letters only, as the builder finds targets of hard links by their text. */
  private FileName name() {
    var name = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) name.append((char) ('a' + random.nextInt(26)));
    return FileName.of(random.nextInt(5) == 0 ? name + "é" : name.toString());
  }

  private Metadata metadata(int type) {
    if (random.nextBoolean()) return plain(type | 0644);
    boolean directory = type == Metadata.DIRECTORY;
    var acl = new Acl(
        permissions(),
        permissions(),
        random.nextBoolean() ? (long) random.nextInt(8) : null,
        directory ? new Defaults(7, 5, random.nextInt(8), -1) : null,
        directory ? permissions() : List.of(),
        directory ? permissions() : List.of());
    return new Metadata(
        type | random.nextInt(010000),
        random.nextInt() & 0xffff_ffffL,
        random.nextInt() & 0xffff_ffffL,
        random.nextInt() & 0xffff_ffffL,
        random.nextInt() * 4L,
        random.nextInt(1_000_000_000),
        IntStream.range(0, random.nextInt(3))
            .mapToObj(i -> new Xattr(FileName.of("user." + i), bytes(random.nextInt(50))))
            .toList(),
        acl,
        type == Metadata.REGULAR && random.nextBoolean() ? bytes(20) : null,
        random.nextBoolean() ? random.nextLong() : null);
  }

  private List<Permission> permissions() {
    return IntStream.range(0, random.nextInt(3))
        .mapToObj(i -> new Permission(1000 + i, random.nextInt(8)))
        .toList();
  }
}
