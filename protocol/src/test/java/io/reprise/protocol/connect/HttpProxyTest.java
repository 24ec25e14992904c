package io.reprise.protocol.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.InvalidName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpProxyTest {
  @ParameterizedTest
  @CsvSource({
    "proxy, proxy, 1080,",
    "http://proxy, proxy, 1080,",
    "http://proxy:3128/, proxy, 3128,",
    "user:pass@proxy:3128, proxy, 3128, user:pass",
    "http://user:p@ss@proxy, proxy, 1080, user:p@ss",
    "[::1]:8080, [::1], 8080,"
  })
  void theFormsOfTheEnvironmentAreUnderstood(String text, String host, int port, String login) {
    assertThat(HttpProxy.parse(text))
        .isEqualTo(new HttpProxy(new ServerAddress(host, port), login));
  }

  @Test
  void emptyMeansOff() {
    assertThat(HttpProxy.parse("")).isNull();
    assertThat(HttpProxy.parse(null)).isNull();
  }

  @Test
  void aPasswordIsNeverShown() {
    assertThatThrownBy(() -> HttpProxy.parse("https://me:secret@proxy"))
        .isInstanceOf(InvalidName.class)
        .hasMessageNotContaining("secret");
    assertThat(HttpProxy.parse("me:secret@proxy").toString()).doesNotContain("secret");
  }
}
