package io.reprise.ingest.store;

import com.github.luben.zstd.ZstdOutputStream;
import io.reprise.datastore.FileName;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarNode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A directory of an archive as a tar compressed with zstd. GNU's form of tar, as it carries names byte by byte, whatever
 * their encoding; extended attributes and ACLs have no place in it.
 */
final class TarDownload {
  /** Maps each byte to a character of its own, and back. */
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private final PxarArchive archive;
  private final String root;
  private final String prefix;
  private final TarArchiveOutputStream tar;

  private TarDownload(PxarArchive archive, String root, String prefix, TarArchiveOutputStream tar) {
    this.archive = archive;
    this.root = root;
    this.prefix = prefix;
    this.tar = tar;
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
  }

  /** @param path of the directory from the archive's root; names in the tar begin with its last part */
  static void write(
      PxarArchive archive, PxarNode directory, Iterable<FileName> path, OutputStream out)
      throws IOException {
    var root = new StringBuilder();
    String name = "";
    for (FileName part : path) {
      name = text(part) + "/";
      root.append(name);
    }
    try (var zstd = new ZstdOutputStream(new Open(out))) {
      var tar = new TarArchiveOutputStream(zstd, BYTES.name());
      new TarDownload(archive, root.toString(), name, tar).directory(directory, name);
      tar.finish();
    }
  }

  /** What it writes to is closed by whoever opened it. */
  private static final class Open extends FilterOutputStream {
    Open(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() {}
  }

  private static String text(FileName name) {
    return new String(name.bytes(), BYTES);
  }

  /** @param path empty for the archive's root, which has no entry */
  private void directory(PxarNode directory, String path) throws IOException {
    if (!path.isEmpty()) put(entry(directory, path, TarConstants.LF_DIR));
    archive.forEach(directory, child -> {
      String name = path + text(child.entry().name());
      switch (child.entry().kind()) {
        case Kind.Directory below -> directory(child, name + "/");
        case Kind.RegularFile file -> file(child, name);
        case Kind.Hardlink link -> hardlink(child, text(link.target()), name);
        case Kind.Symlink link -> {
          TarArchiveEntry entry = entry(child, name, TarConstants.LF_SYMLINK);
          entry.setLinkName(text(link.target()));
          put(entry);
        }
        case Kind.Device device -> {
          TarArchiveEntry entry =
              entry(child, name, device.block() ? TarConstants.LF_BLK : TarConstants.LF_CHR);
          entry.setDevMajor((int) device.major());
          entry.setDevMinor((int) device.minor());
          put(entry);
        }
        case Kind.Fifo fifo -> put(entry(child, name, TarConstants.LF_FIFO));
        case Kind.Socket socket -> {} // tar has none
      }
    });
  }

  /** @param target from the archive's root; outside of what is sent, its content takes the link's place */
  private void hardlink(PxarNode link, String target, String name) throws IOException {
    PxarNode file = archive.follow(link);
    if (!target.startsWith(root)) {
      file(file, name);
      return;
    }
    TarArchiveEntry entry = entry(file, name, TarConstants.LF_LINK);
    entry.setLinkName(prefix + target.substring(root.length()));
    put(entry);
  }

  private void file(PxarNode file, String name) throws IOException {
    TarArchiveEntry entry = entry(file, name, TarConstants.LF_NORMAL);
    if (file.entry().kind() instanceof Kind.RegularFile regular) entry.setSize(regular.size());
    tar.putArchiveEntry(entry);
    try (var content = archive.content(file)) {
      content.transferTo(tar);
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry entry(PxarNode node, String name, byte type) {
    var entry = new TarArchiveEntry(name, type);
    Metadata metadata = node.entry().metadata();
    if (metadata != null) {
      entry.setMode(metadata.permissions());
      entry.setUserId(metadata.uid());
      entry.setGroupId(metadata.gid());
      entry.setLastModifiedTime(FileTime.from(metadata.mtimeSeconds(), TimeUnit.SECONDS));
    }
    return entry;
  }

  private void put(TarArchiveEntry entry) throws IOException {
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
