package io.reprise.datastore.manifest;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SafeId;

/** The name of a file in a snapshot: a safe identifier that ends in its kind (datastore.md §1.2, §6). */
public record ArchiveName(String text) implements Comparable<ArchiveName> {
  public static final ArchiveName MANIFEST = new ArchiveName("index.json.blob");
  public static final ArchiveName CLIENT_LOG = new ArchiveName("client.log.blob");
  public static final ArchiveName CATALOG = new ArchiveName("catalog.pcat1.didx");
  public static final ArchiveName MASTER_WRAPPED_KEY = new ArchiveName("rsa-encrypted.key.blob");

  /** What the extension says. */
  public enum Kind {
    FIXED(".fidx"),
    DYNAMIC(".didx"),
    BLOB(".blob");

    private final String extension;

    Kind(String extension) {
      this.extension = extension;
    }

    /** With its dot. */
    public String extension() {
      return extension;
    }
  }

  public ArchiveName {
    if (!isArchive(text)) {
      throw new InvalidName(
          "archive name",
          text,
          "letters, digits, '.', '_' or '-', ending in .fidx, .didx or .blob");
    }
  }

  /** True if a file of that name in a snapshot's directory is one of its archives. */
  public static boolean isArchive(String name) {
    return SafeId.matches(name)
        && (name.endsWith(".fidx") || name.endsWith(".didx") || name.endsWith(".blob"));
  }

  public Kind kind() {
    return switch (text.substring(text.length() - 5)) {
      case ".fidx" -> Kind.FIXED;
      case ".didx" -> Kind.DYNAMIC;
      default -> Kind.BLOB;
    };
  }

  /** Without the extension of its kind: {@code root.pxar.didx} is {@code root.pxar}. */
  public String base() {
    return text.substring(0, text.length() - 5);
  }

  @Override
  public int compareTo(ArchiveName o) {
    return text.compareTo(o.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
