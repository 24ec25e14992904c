package io.reprise.datastore.pxar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.Golden;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Any bytes are an archive that ends, read from front to back or anywhere, or refused. */
class PxarFuzzTest {
  @FuzzTest
  void stream(byte[] data) throws IOException {
    var reader = new PxarReader(new ByteArrayInputStream(data));
    try {
      long content = 0;
      while (reader.next() instanceof PxarEvent event) {
        if (!(event instanceof PxarEntry entry)) continue;
        check(entry, reader.path().isEmpty());
        if (entry.kind() instanceof Kind.RegularFile) {
          content += reader.content().transferTo(OutputStream.nullOutputStream());
        }
      }
      assertThat(content).isLessThan(data.length);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageStartingWith("pxar");
    }
  }

  private static void check(PxarEntry entry, boolean root) {
    assertThat(root || entry.name().isSafe()).as(entry.name().toString()).isTrue();
    if (entry.metadata() == null) assertThat(entry.kind()).isInstanceOf(Kind.Hardlink.class);
    else assertThat(entry.metadata().mtimeNanos()).isBetween(0, 999_999_999);
  }

  @FuzzTest
  void archive(byte[] data) throws IOException {
    try {
      var archive = new PxarArchive(ByteSource.of(data));
      int[] left = {data.length};
      walk(archive, archive.root(), left);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("^pxar|lie outside");
    }
  }

  /** @param left entries that there can still be */
  private static void walk(PxarArchive archive, PxarNode node, int[] left) throws IOException {
    assertThat(left[0]--).isPositive();
    assertThat(node.start()).isBetween(0L, node.end());
    check(node.entry(), node == archive.root());
    switch (node.entry().kind()) {
      case Kind.Directory directory -> {
        for (PxarNode child : archive.list(node)) {
          walk(archive, child, left);
          found(archive, node, child);
        }
      }
      case Kind.RegularFile file ->
        assertThat(archive.content(node).transferTo(OutputStream.nullOutputStream()))
            .isEqualTo(file.size());
      case Kind.Hardlink link -> {
        try {
          assertThat(archive.follow(node).start()).isLessThan(node.start());
        } catch (BadFormat refused) {
          assertThat(refused).hasMessageStartingWith("pxar");
        }
      }
      default -> {}
    }
  }

  /** A table that is out of order hides a name; it never gives another one. */
  private static void found(PxarArchive archive, PxarNode directory, PxarNode child)
      throws IOException {
    archive
        .find(directory, child.entry().name())
        .ifPresent(
            node -> assertThat(node.entry().name()).isEqualTo(child.entry().name()));
  }

  @Test
  void goldenFiles() throws IOException {
    byte[] tree = PxarBuilder.archive(new RandomTree(3).root());
    Golden.check(
        PxarFuzzTest.class,
        Map.of(
            "stream/vector",
            PxarTest.SMALLEST,
            "stream/tree",
            tree,
            "archive/vector",
            PxarTest.SMALLEST,
            "archive/tree",
            tree));
  }
}
