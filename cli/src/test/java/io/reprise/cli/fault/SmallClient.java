package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.reader.EncodedChunk;
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.rest.RestClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * A client that takes little memory, so that a hundred of them fit into one test: two chunks under way, and all clients
 * together compute two at a time.
 */
final class SmallClient {
  private static final int UNDER_WAY = 2;
  private static final Semaphore COMPUTING = new Semaphore(2);

  private final RestClient rest;
  private final Guest guest;

  SmallClient(RestClient rest, Guest guest) {
    this.rest = rest;
    this.guest = guest;
  }

  /** What is done once the session is open. */
  interface Opened {
    void run() throws Exception;
  }

  /** Backs the first version of the guest up. */
  void backUp(Opened opened) throws Exception {
    try (var client = BackupClient.open(rest, guest.target(0));
        var encoder = new BlobEncoder()) {
      opened.run();
      var index = client.createFixedIndex(Guest.DISK.text(), guest.size());
      var digests = new ArrayList<Digest>();
      var underWay = new ArrayDeque<CompletableFuture<Void>>();
      for (int i = 0; i < guest.chunks(); i++) {
        if (underWay.size() == UNDER_WAY) underWay.remove().get();
        COMPUTING.acquire();
        try {
          byte[] plain = guest.chunk(0, i);
          digests.add(Digest.of(sha256().digest(plain)));
          ByteBuffer blob = encoder.encode(plain, 0, plain.length, true, null);
          underWay.add(client.uploadChunk(index, digests.getLast(), plain.length, blob));
        } finally {
          COMPUTING.release();
        }
      }
      for (var chunk : underWay) chunk.get();
      client.append(index, digests, guest.starts()).get();
      var checksum = sha256();
      digests.forEach(digest -> checksum.update(digest.bytes()));
      Digest csum = Digest.of(checksum.digest());
      client.closeIndex(index, guest.chunks(), guest.size(), csum);
      var entry = new FileEntry(Guest.DISK, CryptMode.NONE, guest.size(), csum);
      client.uploadBlob(
          ArchiveName.MANIFEST.text(),
          Manifest.of(guest.snapshot(0), List.of(entry)).encode(encoder));
      client.finish();
    }
  }

  /** Reads the first version of the guest and compares each byte of it. */
  void read(Opened opened) throws Exception {
    Path file = Files.createTempFile("reprise", ".fidx");
    try (var client =
            ReaderClient.open(rest, Installation.STORE, Namespace.ROOT, guest.snapshot(0));
        var index = client.index(client.manifest().file(Guest.DISK).orElseThrow(), file)) {
      opened.run();
      var underWay = new ArrayDeque<CompletableFuture<EncodedChunk>>();
      for (int i = 0; i < guest.chunks(); i++) underWay.add(client.chunk(index.digest(i)));
      for (int i = 0; i < guest.chunks(); i++) {
        try (var chunk = underWay.remove().get()) {
          compare(chunk, i);
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  private void compare(EncodedChunk chunk, int number) throws Exception {
    COMPUTING.acquire();
    try (var decoder = new BlobDecoder()) {
      byte[] expected = guest.chunk(0, number);
      ByteBuffer found = decoder.decode(chunk.blob(), null, expected.length);
      assertThat(found.equals(ByteBuffer.wrap(expected)))
          .as("chunk %d of %s", number, guest.snapshot(0))
          .isTrue();
    } finally {
      COMPUTING.release();
    }
  }

  private static MessageDigest sha256() throws Exception {
    return MessageDigest.getInstance("SHA-256");
  }
}
