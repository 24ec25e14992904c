package io.reprise.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.cli.Scene;
import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogBuilder;
import io.reprise.datastore.catalog.CatalogBuilder.Item;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarBuilder;
import io.reprise.datastore.pxar.PxarBuilder.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that nobody honest writes, targets that somebody prepared, and how little of an archive is read. */
class ExtractionTest {
  private static final ExtractRules CAREFUL =
      new ExtractRules(false, false, false, false, false, false, false, true, false);
  private static final ExtractRules RUTHLESS =
      new ExtractRules(true, true, true, true, false, false, false, true, false);
  private static final ArchiveName NAME = new ArchiveName("root.pxar.didx");

  @TempDir
  Path home;

  Path target;
  Path outside;
  Messages messages;

  @BeforeEach
  void directories() throws IOException {
    target = home.resolve("target");
    outside = Files.createDirectory(home.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "precious");
    messages = new Scene(home).surroundings().messages();
  }

  private static Metadata metadata(int mode) {
    var acl = new Metadata.Acl(List.of(), List.of(), null, null, List.of(), List.of());
    return new Metadata(mode, 0, 0, 0, 1_000_000_000, 0, List.of(), acl, null, null);
  }

  private static Node file(String content) {
    return new Node.File(
        metadata(Metadata.REGULAR | 0644), content.getBytes(StandardCharsets.UTF_8));
  }

  private static Node symlink(Path to) {
    return new Node.Symlink(metadata(Metadata.SYMLINK | 0777), FileName.of(to.toString()));
  }

  private static Node.Directory directory(Map<String, Node> children) {
    var named = new HashMap<FileName, Node>();
    children.forEach((name, node) -> named.put(FileName.of(name), node));
    return new Node.Directory(metadata(Metadata.DIRECTORY | 0755), named);
  }

  private static byte[] archive(Map<String, Node> children) {
    return PxarBuilder.archive(directory(children));
  }

  /** Forges what a builder would not write: other bytes of the same length. */
  private static byte[] with(byte[] archive, String old, String replacement) {
    String bytes = new String(archive, StandardCharsets.ISO_8859_1);
    assertThat(bytes).contains(old);
    assertThat(replacement).hasSameSizeAs(old);
    return bytes.replace(old, replacement).getBytes(StandardCharsets.ISO_8859_1);
  }

  private void extract(byte[] archive, ExtractRules rules) throws IOException {
    Extraction.all(new ByteArrayInputStream(archive), target, rules, messages);
  }

  /** Both ways to restore refuse it, and outside the target nothing is made or changed. */
  private void refused(byte[] archive, ExtractRules rules, Class<? extends IOException> how)
      throws IOException {
    assertThatThrownBy(() -> extract(archive, rules)).isInstanceOf(how);
    assertThatThrownBy(() -> Extraction.chosen(
            new PxarArchive(ByteSource.of(archive)),
            NAME,
            null,
            new PathPatterns(List.of(PathPattern.parse("/**"))),
            target,
            RUTHLESS,
            messages))
        .isInstanceOf(IOException.class);
    nothingHappenedOutside();
  }

  private void nothingHappenedOutside() throws IOException {
    assertThat(outside.resolve("precious")).hasContent("precious");
    try (var files = Files.list(outside)) {
      assertThat(files).hasSize(1);
    }
    try (var files = Files.list(home)) {
      assertThat(files).isSubsetOf(target, outside);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/etc", "../outside/new", "a\u0000b"})
  void namesThatLeadElsewhereAreRefused(String name) throws IOException {
    refused(archive(Map.of(name, file("x"))), RUTHLESS, BadFormat.class);
    refused(archive(Map.of(name, directory(Map.of("new", file("x"))))), RUTHLESS, BadFormat.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside/precious", "/outside/precious/x", "a/../../outside/prec"})
  void hardLinksThatLeaveTheTargetAreRefused(String to) throws IOException {
    String inside = "d".repeat(to.length());
    byte[] honest = archive(Map.of(inside, file("x"), "link", new Node.Hardlink(inside)));
    byte[] forged = with(honest, inside + "\0", to + "\0");
    // The file's own name back again, so that only the link is forged.
    String bytes = new String(forged, StandardCharsets.ISO_8859_1);
    byte[] linkOnly = bytes
        .replaceFirst(java.util.regex.Pattern.quote(to), inside)
        .getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> extract(linkOnly, RUTHLESS))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("forged");
    nothingHappenedOutside();
  }

  @Test
  void hardLinkThroughALinkOfTheArchiveIsRefused() throws IOException {
    byte[] honest = archive(Map.of(
        "a", symlink(outside),
        "b", directory(Map.of("precious", file("x"))),
        "c", new Node.Hardlink("b/precious")));
    byte[] forged = with(honest, "b/precious\0", "a/precious\0");
    assertThatThrownBy(() -> extract(forged, RUTHLESS)).isInstanceOf(IOException.class);
    nothingHappenedOutside();
  }

  @Test
  void symbolicLinkIsNotSwappedForADirectoryOfTheSameName() throws IOException {
    byte[] honest = archive(Map.of(
        "aa", symlink(outside),
        "ab", directory(Map.of("new", file("x"))),
        "ac", directory(Map.of())));
    byte[] forged = with(honest, "ab\0", "aa\0");
    assertThatThrownBy(() -> extract(forged, RUTHLESS)).isInstanceOf(IOException.class);
    nothingHappenedOutside();
  }

  @Test
  void symbolicLinkIsNotSwappedForAFileOfTheSameName() throws IOException {
    byte[] honest =
        archive(Map.of("aa", symlink(outside.resolve("precious")), "ab", file("overwritten")));
    byte[] forged = with(honest, "ab\0", "aa\0");
    assertThatThrownBy(() -> extract(forged, RUTHLESS)).isInstanceOf(IOException.class);
    nothingHappenedOutside();
  }

  @Test
  void preparedLinkInTheTargetIsNotGoneThrough() throws IOException {
    byte[] archive = archive(Map.of("etc", directory(Map.of("precious", file("overwritten")))));
    Files.createDirectory(target);
    Files.createSymbolicLink(target.resolve("etc"), outside);
    refused(archive, RUTHLESS, IOException.class);
    Files.delete(target.resolve("etc"));
    Files.createDirectory(target.resolve("etc"));
    Files.createSymbolicLink(target.resolve("etc/precious"), outside.resolve("precious"));
    refused(archive, RUTHLESS, IOException.class);
  }

  @Test
  void linksThatPointAnywhereAreRestoredAsTheyAre() throws IOException {
    extract(archive(Map.of("a", symlink(Path.of("/nowhere")))), CAREFUL);
    assertThat(Files.readSymbolicLink(target.resolve("a"))).isEqualTo(Path.of("/nowhere"));
  }

  @Test
  void namesThatAreNoUtf8AreRestoredByteByByte() throws IOException {
    byte[] archive = with(archive(Map.of("x__x", file("content"))), "x__x\0", "x\u00e9\u00ffx\0");
    extract(archive, CAREFUL);
    try (var in = new ProcessBuilder("ls", target.toString()).start().getInputStream()) {
      assertThat(in.readAllBytes()).containsExactly('x', 0xe9, 0xff, 'x', '\n');
    }
  }

  @Test
  void cutOffArchiveIsAnErrorNotAShortFile() {
    byte[] archive = archive(Map.of("a", file("x".repeat(10_000))));
    byte[] cut = java.util.Arrays.copyOf(archive, 5_000);
    assertThatThrownBy(() -> extract(cut, CAREFUL)).isInstanceOf(IOException.class);
  }

  /** Counts what is read of an archive. */
  private record Counted(byte[] bytes, AtomicLong read) implements ByteSource {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(long position, ByteBuffer to) throws IOException {
      read.addAndGet(to.remaining());
      ByteSource.of(bytes).read(position, to);
    }
  }

  @Test
  void oneFileOfManyIsReadAtItsPlace() throws Exception {
    int count = 2_000;
    var files = new HashMap<String, Node>();
    var items = new Item[count];
    for (int i = 0; i < count; i++) {
      files.put("f%04d".formatted(i), file("x".repeat(5_000)));
      items[i] = Item.file("f%04d".formatted(i), 5_000, 0);
    }
    var source = new Counted(archive(Map.of("d", directory(files))), new AtomicLong());
    var catalog = new CatalogReader(ByteSource.of(
        CatalogBuilder.catalog(Item.directory("root.pxar.didx", Item.directory("d", items)))));
    long found = Extraction.chosen(
        new PxarArchive(source),
        NAME,
        catalog,
        PathPatterns.parse(List.of("f1234")),
        target,
        CAREFUL,
        messages);
    assertThat(found).isEqualTo(1);
    assertThat(target.resolve("d/f1234")).hasSize(5_000);
    assertThat(source.read().get()).isLessThan(100_000);
  }

  @Test
  void catalogThatShowsWhatTheArchiveLacksIsDamage() throws Exception {
    var catalog = new CatalogReader(ByteSource.of(
        CatalogBuilder.catalog(Item.directory("root.pxar.didx", Item.file("missing", 1, 0)))));
    assertThatThrownBy(() -> Extraction.chosen(
            new PxarArchive(ByteSource.of(archive(Map.of("a", file("x"))))),
            NAME,
            catalog,
            PathPatterns.parse(List.of("missing")),
            target,
            CAREFUL,
            messages))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("missing");
  }
}
