package io.reprise.ingest.store;

import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * A directory of an archive as a zip: directories and regular files with their modes and times; a zip has no place for
 * owners, devices and the like.
 */
final class ZipDownload {
  private static final int DIRECTORY = 0040000;
  private static final int FILE = 0100000;

  private final PxarArchive archive;
  private final ZipArchiveOutputStream zip;

  private ZipDownload(PxarArchive archive, ZipArchiveOutputStream zip) {
    this.archive = archive;
    this.zip = zip;
  }

  /** Names in the zip begin with the directory's own, unless it is the archive's root. */
  static void write(PxarArchive archive, PxarNode directory, OutputStream out) throws IOException {
    var zip = new ZipArchiveOutputStream(out);
    new ZipDownload(archive, zip).directory(directory, directory.entry().name().toString());
    zip.finish();
  }

  private void directory(PxarNode directory, String path) throws IOException {
    if (!path.isEmpty()) {
      zip.putArchiveEntry(entry(directory, path + "/", DIRECTORY));
      zip.closeArchiveEntry();
    }
    archive.forEach(directory, child -> {
      String name = (path.isEmpty() ? "" : path + "/") + child.entry().name();
      switch (child.entry().kind()) {
        case Kind.Directory below -> directory(child, name);
        case Kind.RegularFile file -> file(child, name);
        case Kind.Hardlink link -> file(archive.follow(child), name);
        default -> {}
      }
    });
  }

  private void file(PxarNode file, String name) throws IOException {
    zip.putArchiveEntry(entry(file, name, FILE));
    try (var content = archive.content(file)) {
      content.transferTo(zip);
    }
    zip.closeArchiveEntry();
  }

  private static ZipArchiveEntry entry(PxarNode node, String name, int type) {
    var entry = new ZipArchiveEntry(name);
    Metadata metadata = node.entry().metadata();
    if (metadata != null) {
      entry.setUnixMode(type | metadata.permissions());
      entry.setLastModifiedTime(FileTime.from(metadata.mtimeSeconds(), TimeUnit.SECONDS));
    }
    return entry;
  }
}
