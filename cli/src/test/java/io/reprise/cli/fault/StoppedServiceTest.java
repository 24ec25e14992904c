package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.cli.up.DiskImage;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.reader.ReaderClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service is told to stop while clients are at work. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class StoppedServiceTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);

  @TempDir
  Path directory;

  enum How {
    /** As systemd and containers do. */
    SIGTERM,
    /** As {@code reprise up} does at Ctrl-C. */
    END_OF_INPUT
  }

  @ParameterizedTest
  @EnumSource
  void sessionsEndTasksAreArchivedAndItIsGoneInSeconds(How how) throws Exception {
    var guest = new Guest(100, 2);
    var other = new Guest(101, 2);
    try (var site = new Installation(directory)) {
      var service = site.start("one", Installation.NO_BROKER, Installation.QUICK);
      try (var rest = service.login()) {
        guest.backUp(rest, 0, Guest.Steps.UNWATCHED);
        var reader = ReaderClient.open(rest, Installation.STORE, Namespace.ROOT, guest.snapshot(0));
        var writer = BackupClient.open(rest, guest.target(1));
        var index = writer.createFixedIndex("drive-scsi0.img.fidx", 2 * DiskImage.CHUNK);
        var idle = BackupClient.open(rest, other.target(0));

        service.stop(how == How.SIGTERM);
        assertThat(service.awaitEnd(SECONDS)).as("ended by itself").isTrue();

        assertThatThrownBy(reader::manifest).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> writer.closeIndex(index, 1, 1, Digest.parse("0".repeat(64))))
            .isInstanceOf(IOException.class);
        assertThatThrownBy(idle::previousBackupTime).isInstanceOf(IOException.class);
      }
      requireArchived(site.state().resolve("tasks"));
      assertThat(site.leftovers()).isEmpty();
      assertThat(site.temporaryChunks()).isEmpty();
      assertThat(site.leases().writers()).isEmpty();
      assertThat(Files.exists(directory.resolve("run-one/ingest.port"))).isFalse();
      assertThat(service.log()).doesNotContain(" ERROR ");
    }
  }

  /** One finished backup, two that did not, and one reader. */
  private static void requireArchived(Path tasks) throws IOException {
    assertThat(Files.readString(tasks.resolve("active"))).isEmpty();
    List<String> archive = Files.readAllLines(tasks.resolve("archive"));
    assertThat(archive).hasSize(4).noneMatch(line -> line.endsWith(" unknown"));
    assertThat(archive.stream().filter(line -> line.contains(":backup:")))
        .filteredOn(line -> !line.endsWith(" OK"))
        .hasSize(2)
        .allMatch(line -> line.contains("stopping"));
  }
}
