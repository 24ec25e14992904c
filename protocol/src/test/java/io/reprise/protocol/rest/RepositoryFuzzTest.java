package io.reprise.protocol.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.Golden;
import io.reprise.datastore.InvalidName;
import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.HttpProxy;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What users and their environment say of servers: any text is taken and comes back, or is refused. */
class RepositoryFuzzTest {
  static Stream<byte[]> texts() {
    return Golden.seeds(
        "st1",
        "host:st1",
        "8007:st1",
        "root@pam@pbs.example.com:8007:st1",
        "a@pbs!t@[fe80::1]:443:st1",
        "http://user:secret@proxy.example.com:3128/",
        "[::1]:1");
  }

  @MethodSource("texts")
  @FuzzTest
  void parse(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    try {
      var repository = Repository.parse(text);
      assertThat(repository.login()).isNotNull();
      assertThat(Repository.parse(repository.toString()).server()).isEqualTo(repository.server());
    } catch (InvalidName refused) {
      assertThat(refused.getMessage()).startsWith("invalid");
    }
    try {
      HttpProxy proxy = HttpProxy.parse(text);
      if (proxy != null) assertThat(proxy.toString()).isEqualTo(proxy.address().toString());
      assertThat(CertificateFingerprint.parse(text).text()).hasSize(95);
    } catch (InvalidName refused) {
      assertThat(refused.getMessage()).startsWith("invalid");
    }
  }
}
