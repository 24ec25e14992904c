package io.reprise.cli.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogBuilder;
import io.reprise.datastore.catalog.CatalogBuilder.Item;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys typed in the catalog shell, and the lines that come of them. */
class LineEditorTest {
  private static final String UP = "\u001bOA";
  private static final String CTRL_A = "\u0001";
  private static final String CTRL_D = "\u0004";

  @TempDir
  Path home;

  private ShellCompletion completion() throws Exception {
    byte[] bytes = CatalogBuilder.catalog(Item.directory(
        "root.pxar.didx",
        Item.directory("etc", Item.file("hostname", 7, 0), Item.file("with blank", 1, 0)),
        Item.file("executable", 1, 0)));
    var catalog = new CatalogReader(ByteSource.of(bytes));
    var acl = new Metadata.Acl(List.of(), List.of(), null, null, List.of(), List.of());
    var root = new PxarBuilder.Node.Directory(
        new Metadata(Metadata.DIRECTORY | 0755, 0, 0, 0, 0, 0, List.of(), acl, null, null),
        Map.of());
    var tree = new ArchiveTree(
        catalog,
        catalog.find(List.of(FileName.of("root.pxar.didx"))).orElseThrow(),
        new PxarArchive(ByteSource.of(PxarBuilder.archive(root))));
    var at = new Scene(home).surroundings();
    return new ShellCompletion(at, new Shell(at, null, null, tree), tree);
  }

  private List<String> lines(String keys) throws Exception {
    var in = new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8));
    var terminal = new ExternalTerminal(
        "test", "xterm", in, new ByteArrayOutputStream(), StandardCharsets.UTF_8);
    var lines = new ArrayList<String>();
    try (var editor = new LineEditor(terminal, completion())) {
      for (String line = editor.next("> "); line != null; line = editor.next("> ")) lines.add(line);
    }
    return lines;
  }

  @Test
  void tabCompletesCommandsAndPaths() throws Exception {
    assertThat(lines("sta\tet\tho\t\r" + CTRL_D).stream().map(String::strip))
        .containsExactly("stat etc/hostname");
    assertThat(lines("cd e\t\r" + CTRL_D)).as("cd wants no file").containsExactly("cd etc/");
  }

  @Test
  void historyAndEditingWork() throws Exception {
    assertThat(lines("ls etc\r" + UP + "\r" + "s" + CTRL_A + "l\r" + CTRL_D))
        .containsExactly("ls etc", "ls etc", "ls");
  }

  @Test
  void exclamationMarksAndOpenQuotesAreTakenAsTheyAre() throws Exception {
    assertThat(lines("find !x\rfind 'a\r" + CTRL_D)).containsExactly("find !x", "find 'a");
  }

  @Test
  void candidatesAreThoseOfTheDirectory() throws Exception {
    var completion = completion();
    assertThat(completion.candidates(List.of("ls"), "")).containsExactly("etc/", "executable");
    assertThat(completion.candidates(List.of("cd"), "/")).containsExactly("/etc/");
    assertThat(completion.candidates(List.of("stat"), "etc/w")).containsExactly("etc/with blank");
    assertThat(completion.candidates(List.of(), "restore"))
        .containsExactly("restore", "restore-selected");
    assertThat(completion.candidates(List.of("find"), "--")).containsExactly("--select");
  }
}
