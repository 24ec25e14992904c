package io.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.command.Words;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Every row of cli.md §2.2 exists with its arguments and options (checklist 15, 16). */
class CommandTreeTest {
  @TempDir
  Path home;

  private static CommandSpec spec(String path) {
    var found = Commands.all().find(List.of(path.split(" ")));
    assertThat(found.word()).as(path).isInstanceOf(Words.Leaf.class);
    assertThat(found.rest()).as(path).isEmpty();
    return ((Words.Leaf) found.word()).action().get().line().getCommandSpec();
  }

  /** Command; arguments, optional ones in brackets; options without dashes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "",
      value = {
        "restore; <group or snapshot> <archive-name> <target>; repository ns rate burst"
            + " allow-existing-dirs overwrite overwrite-files overwrite-symlinks overwrite-hardlinks"
            + " ignore-acls ignore-xattrs ignore-ownership ignore-permissions"
            + " ignore-extract-device-errors keyfile keyfd crypt-mode",
        "list; ; repository ns output-format",
        "snapshot list; [<group>]; repository ns output-format",
        "snapshot files; <snapshot>; repository ns output-format",
        "snapshot forget; <snapshot>; repository ns",
        "snapshot notes show; <snapshot>; repository ns output-format",
        "snapshot notes update; <snapshot> <notes>; repository ns",
        "snapshot protected show; <snapshot>; repository ns output-format",
        "snapshot protected update; <snapshot> <bool>; repository ns",
        "prune; [<group>]; repository ns output-format keep-last keep-hourly keep-daily keep-weekly"
            + " keep-monthly keep-yearly dry-run quiet max-depth",
        "namespace list; [<ns>]; repository output-format max-depth",
        "namespace create; [<ns>]; repository",
        "namespace delete; [<ns>]; repository delete-groups",
        "catalog dump; <snapshot>; repository ns keyfile keyfd",
        "catalog shell; <group or snapshot> <name.pxar>; repository ns keyfile keyfd",
        "key create; [<path>]; kdf hint",
        "key change-passphrase; [<path>]; kdf hint",
        "key show; [<path>]; output-format",
        "key show-master-pubkey; [<path>]; output-format",
        "key create-master-key; ;",
        "key import-master-pubkey; <path>;",
        "key import-with-master-key; [<path>]; master-keyfile encrypted-keyfile kdf hint",
        "key paperkey; [<path>]; subject output-format",
        "login; ; repository",
        "logout; ; repository",
        "status; ; repository output-format",
        "version; ; repository output-format",
        "garbage-collect; ; repository output-format",
        "change-owner; <group> <new-owner>; repository ns",
        "mount; <group or snapshot> <name.pxar> <dir>; repository ns keyfile verbose",
        "map; <group or snapshot> <name.img>; repository ns keyfile verbose",
        "unmap; [<name>]; ",
        "task list; ; repository output-format limit all",
        "task log; <upid>; repository",
        "task stop; <upid>; repository",
      })
  void commandOfPbsHasItsArgumentsAndOptions(String path, String arguments, String options) {
    CommandSpec spec = spec(path);
    var labels =
        spec.positionalParameters().stream().map(CommandTreeTest::shown).toList();
    assertThat(String.join(" ", labels)).isEqualTo(arguments == null ? "" : arguments);
    for (String option : options == null ? new String[0] : options.split(" ")) {
      assertThat(spec.optionsMap()).as(path).containsKey("--" + option);
    }
  }

  private static String shown(PositionalParamSpec argument) {
    return argument.required() ? argument.paramLabel() : "[" + argument.paramLabel() + "]";
  }

  @ParameterizedTest
  @CsvSource({
    "snapshots, snapshot list",
    "files, snapshot files",
    "forget, snapshot forget",
    "snap li, snapshot list",
    "snap no sh, snapshot notes show",
    "name li, namespace list",
    "re, restore",
    "ver, version",
    "garbage, garbage-collect",
    "pru, prune",
    "cat du, catalog dump",
    "task li, task list",
    "key show, key show",
  })
  void prefixesAndAliasesMeanWhatPbsUsersExpect(String typed, String meant) {
    assertThat(Commands.all().find(List.of(typed.split(" "))).path())
        .containsExactly(meant.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mount vm/1 a.pxar dir", "map vm/1 a.img --verbose", "unmap 0", "unmap"})
  void whatIsNotThereYetNamesWhoDoesIt(String line) {
    var scene = new Scene(home);
    assertThat(scene.run(line.split(" "))).isEqualTo(255);
    assertThat(scene.err())
        .startsWith("Error: ")
        .contains("proxmox-backup-client")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"acme account list", "notification matcher list --x y", "cert update --force"})
  void wordsOfPbsThatDoNothingHereSaySoInOneLine(String line) {
    var scene = new Scene(home);
    assertThat(scene.run(line.split(" "))).isEqualTo(255);
    assertThat(scene.err()).startsWith("Error: ").hasLineCount(1);
  }

  @Test
  void everyCommandHasUsage() {
    var scene = new Scene(home);
    assertThat(scene.run("help", "--verbose")).isZero();
    assertThat(scene.err()).isEmpty();
    assertThat(scene.out()).contains("Usage: reprise snapshot notes update");
  }
}
