package io.reprise.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.nativeimage.DowncallRecorder;
import io.reprise.platform.access.AccessControl;
import org.junit.jupiter.api.Test;

class PlatformMetadataTest {
  @Test
  void everyDowncallIsRegisteredForNativeExecutablesAndNoOther() throws Exception {
    assertThat(DowncallRecorder.registered(
            "/META-INF/native-image/io.reprise/reprise-platform/reachability-metadata.json"))
        .containsExactlyInAnyOrderElementsOf(DowncallRecorder.declared(AccessControl.class));
  }
}
