package io.reprise.protocol.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of cli.md §1.1. */
class RepositoryTest {
  @ParameterizedTest
  @CsvSource({
    "s1, root@pam, localhost, 8007, s1, s1",
    "h:s1, root@pam, h, 8007, s1, h:s1",
    "1234:store, root@pam, 1234, 8007, store, 1234:store",
    "h:1234:s1, root@pam, h, 1234, s1, h:1234:s1",
    "u@pbs@h:s1, u@pbs, h, 8007, s1, u@pbs@h:8007:s1",
    "u@pbs!tok@h:1234:s1, u@pbs!tok, h, 1234, s1, u@pbs!tok@h:1234:s1",
    "u@x@pbs@10.0.0.1:s1, u@x@pbs, 10.0.0.1, 8007, s1, u@x@pbs@10.0.0.1:8007:s1",
    "[ff80::51]:1234:s1, root@pam, [ff80::51], 1234, s1, [ff80::51]:1234:s1",
    "[ff80::51]:s1, root@pam, [ff80::51], 8007, s1, [ff80::51]:s1",
    "u@pbs@[::1]:s1, u@pbs, [::1], 8007, s1, u@pbs@[::1]:8007:s1",
  })
  void everyFormIsUnderstoodAndPrinted(
      String text, String id, String host, int port, String store, String printed) {
    var repository = Repository.parse(text);
    assertThat(repository.login()).isEqualTo(AuthId.parse(id));
    assertThat(repository.server().host()).isEqualTo(host);
    assertThat(repository.server().port()).isEqualTo(port);
    assertThat(repository.store()).isEqualTo(store);
    assertThat(repository).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "h:",
        ":s1",
        "u@pbs:s1:",
        "ff80::51:s1",
        "u@h:s1",
        "h:0:s1",
        "h:65536:s1",
        "h:123456:s1",
        "u@pbs@:s1",
        "h:s/1",
        "h:../x",
        "a b:s1",
        "-h:s1",
        "[zz]:s1",
        "h:-s"
      })
  void nothingElseIs(String text) {
    assertThatThrownBy(() -> Repository.parse(text)).isInstanceOf(InvalidName.class);
  }

  @Test
  void tooLongIsRefused() {
    assertThatThrownBy(() -> Repository.parse("h:" + "s".repeat(255)))
        .isInstanceOf(InvalidName.class);
  }
}
