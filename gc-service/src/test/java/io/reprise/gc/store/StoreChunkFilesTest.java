package io.reprise.gc.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.gc.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreChunkFilesTest {
  private static final String SNAPSHOT = "vm/100/2026-11-20T00:00:00Z";

  @TempDir
  Path root;

  @Test
  void whatIsPutBackCountsAsTouched() throws Exception {
    var stores = new TestStores(root);
    stores.configure("st1", "", "");
    stores.backup("st1", SNAPSHOT, 1); // touched two days ago
    Digest digest = TestStores.digest(1);
    try (var datastore = stores.open("st1")) {
      var files = new StoreChunkFiles(datastore.chunks(), datastore.path());
      assertThat(files.setAside(digest)).isTrue();
      assertThat(files.find(digest)).isNull();
      files.putBack(digest);
      assertThat(files.findAside(digest)).isNull();
      assertThat(files.find(digest))
          .isNotNull()
          .satisfies(status ->
              assertThat(status.accessed()).isAfter(Instant.now().minus(Duration.ofDays(1))));
    }
  }
}
