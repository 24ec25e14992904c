package io.reprise.datastore.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A datastore of its own for each test, open while it runs. */
abstract class OpenStore {
  static final String FIRST = "vm/100/2024-06-05T14:24:36Z";
  static final String SECOND = "vm/100/2024-06-06T14:24:36Z";

  @TempDir
  Path temp;

  TestStore at;
  Datastore store;

  @BeforeEach
  void open() throws IOException {
    at = TestStore.in(temp);
    store = at.open();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }
}
