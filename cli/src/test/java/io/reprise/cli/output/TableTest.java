package io.reprise.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.Scene;
import io.reprise.cli.terminal.Messages;
import java.nio.file.Path;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
  @TempDir
  Path home;

  Scene scene;

  @BeforeEach
  void scene() {
    scene = new Scene(home);
  }

  private String print(Table table) {
    var at = scene.surroundings();
    table.print(at);
    at.flush();
    return scene.out();
  }

  private static Table table() {
    return new Table().left("name").right("n").row("a", "1").row("été", null);
  }

  @Test
  void boxWithLineBetweenAllRows() {
    assertThat(print(table())).isEqualTo("""
            ┌──────┬───┐
            │ name │ n │
            ╞══════╪═══╡
            │ a    │ 1 │
            ├──────┼───┤
            │ été  │   │
            └──────┴───┘
            """);
  }

  @Test
  void asciiOutsideUtf8Locales() {
    scene.with("LC_ALL", "C");
    assertThat(print(table()))
        .startsWith("+======+===+\n| name | n |\n+======+===+\n| a    | 1 |\n+------+---+\n")
        .endsWith("+======+===+\n");
  }

  @Test
  void noBorderLeavesFrameAndHeaderOut() {
    scene.with("PROXMOX_OUTPUT_NO_BORDER", "");
    assertThat(print(table())).isEqualTo("a   1\nété\n");
  }

  @Test
  void noHeaderKeepsTheFrame() {
    scene.with("PROXMOX_OUTPUT_NO_HEADER", "1");
    assertThat(print(new Table().left("name").row("a"))).isEqualTo("┌───┐\n│ a │\n└───┘\n");
  }

  @Test
  void emptyListPrintsNothing() {
    assertThat(print(new Table().left("name"))).isEmpty();
  }

  @Test
  void linesAreCutAtTheTerminalsWidth() {
    scene.width = 5;
    assertThat(print(table()).lines()).allSatisfy(line -> assertThat(line).hasSize(5));
  }

  @Test
  void cellsOfSeveralLinesStayInTheirColumn() {
    assertThat(print(new Table().left("a").right("b").withoutHeader().row("x\nyy", "1")))
        .isEqualTo("┌────┬───┐\n│ x  │ 1 │\n│ yy │   │\n└────┴───┘\n");
  }

  @Test
  void controlCharactersCannotSteerTheTerminal() {
    assertThat(print(new Table().left("a").withoutHeader().row("\u001b[31mred")))
        .contains("?[31mred");
    assertThat(Messages.printable("a\u009bb\tc")).isEqualTo("a?b\tc");
  }

  @Test
  void sizesAreBinaryWithUpToThreeDecimals() {
    assertThat(Show.size(511)).isEqualTo("511 B");
    assertThat(Show.size(4096)).isEqualTo("4 KiB");
    assertThat(Show.size(1_610_612_736L)).isEqualTo("1.5 GiB");
    assertThat(Show.size(1_234_567)).isEqualTo("1.177 MiB");
    assertThat(Show.size(102_400)).isEqualTo("100 KiB");
    assertThat(Show.size(0)).isEqualTo("0 B");
  }

  @Test
  void timesAreThoseOfTheCLocaleInLocalTime() {
    assertThat(Show.time(1_717_597_476, ZoneId.of("Europe/Paris")))
        .isEqualTo("Wed Jun  5 16:24:36 2024");
  }

  @Test
  void jsonHasItsKeysInOrderAndUnknownFieldsKept() throws Exception {
    var node =
        new ObjectMapper().readTree("{\"b\":[1,{\"z\":null,\"a\":\"é\\\"\"}],\"a\":{},\"c\":[]}");
    assertThat(JsonText.compact(node))
        .isEqualTo("{\"a\":{},\"b\":[1,{\"a\":\"é\\\"\",\"z\":null}],\"c\":[]}");
    assertThat(JsonText.pretty(node)).isEqualTo("""
            {
              "a": {},
              "b": [
                1,
                {
                  "a": "é\\"",
                  "z": null
                }
              ],
              "c": []
            }""");
  }
}
