package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms of config.md §8. */
class ByteAmountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1022, 1022 B",
    "1024, 1 KiB",
    "9000, 8.789 KiB",
    "1073741823, 1024 MiB",
    "1073741824, 1 GiB",
    "9223372036854775807, 8 EiB"
  })
  void anAmountIsInTheLargestUnitThatFits(long bytes, String text) {
    assertThat(ByteAmount.of(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1536.5, 1, 1.5 KiB", "0.5, 1, 0.5 B", "1047527424, 1, 999 MiB", "102400, 1, 100 KiB"
  })
  void aRateHasFewerDecimals(double bytes, int decimals, String text) {
    assertThat(ByteAmount.of(bytes, decimals)).isEqualTo(text);
  }
}
