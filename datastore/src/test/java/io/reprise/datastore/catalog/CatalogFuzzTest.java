package io.reprise.datastore.catalog;

import static io.reprise.datastore.catalog.CatalogBuilder.Item.directory;
import static io.reprise.datastore.catalog.CatalogBuilder.Item.file;
import static io.reprise.datastore.catalog.CatalogBuilder.Item.other;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.Golden;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Any bytes are a catalog through which every walk ends, or refused. */
class CatalogFuzzTest {
  @FuzzTest
  void walk(byte[] data) throws IOException {
    try {
      var catalog = new CatalogReader(ByteSource.of(data));
      var seen = new AtomicInteger();
      catalog.walk(catalog.root(), (path, entry) -> {
        assertThat(path.getLast()).isEqualTo(entry.name());
        if (seen.incrementAndGet() <= 100) assertThat(catalog.find(path)).isPresent();
      });
      assertThat(seen.get()).isLessThanOrEqualTo(data.length);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageFindingMatch("catalog|lie outside");
    }
  }

  @Test
  void goldenFiles() throws IOException {
    byte[] all = CatalogBuilder.catalog(
        directory(
            "root.pxar.didx",
            file("old", 0, -1),
            file("large", Long.MAX_VALUE, 1L << 40),
            directory("empty"),
            directory("sub", directory("deeper", other(CatalogEntry.Type.FIFO, "pipe"))),
            other(CatalogEntry.Type.SYMLINK, "link")),
        directory("etc.pxar.didx", other(CatalogEntry.Type.HARDLINK, "ä")));
    Golden.check(CatalogFuzzTest.class, Map.of("walk/vector", CatalogTest.VECTOR, "walk/all", all));
  }
}
