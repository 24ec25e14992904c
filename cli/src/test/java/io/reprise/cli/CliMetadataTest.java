package io.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.restore.Restore;
import io.reprise.cli.terminal.Terminal;
import io.reprise.datastore.nativeimage.DowncallRecorder;
import org.junit.jupiter.api.Test;

class CliMetadataTest {
  @Test
  void everyDowncallIsRegisteredForNativeExecutablesAndNoOther() throws Exception {
    assertThat(DowncallRecorder.registered(
            "/META-INF/native-image/io.reprise/reprise-cli/reachability-metadata.json"))
        .containsExactlyInAnyOrderElementsOf(
            DowncallRecorder.declared(Restore.class, Terminal.class));
  }
}
