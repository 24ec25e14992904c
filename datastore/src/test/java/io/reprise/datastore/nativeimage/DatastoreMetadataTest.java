package io.reprise.datastore.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import io.reprise.datastore.os.NativeAccess;
import org.junit.jupiter.api.Test;

class DatastoreMetadataTest {
  private static final String METADATA =
      "/META-INF/native-image/io.reprise/reprise-datastore/reachability-metadata.json";

  @Test
  void everyDowncallOfOursAndOfZstdIsRegisteredForNativeExecutablesAndNoOther() throws Exception {
    assertThat(DowncallRecorder.registered(METADATA))
        .containsExactlyInAnyOrderElementsOf(
            DowncallRecorder.declared(NativeAccess.class, Zstd.class, Native.class));
  }

  @Test
  void theZstdLibraryInTheJarHasTheNameThatMetadataIncludes() throws Exception {
    String name = "/linux/amd64/libzstd-jni-" + zstdVersion() + ".so";
    assertThat(Zstd.class.getResource(name)).isNotNull();
    try (var in = getClass().getResourceAsStream(METADATA)) {
      assertThat(new String(in.readAllBytes())).contains("\"linux/*/libzstd-jni-*.so\"");
    }
  }

  private static String zstdVersion() {
    return com.github.luben.zstd.util.ZstdVersion.VERSION;
  }
}
