package io.reprise.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import io.reprise.protocol.TestServer.Answer;
import io.reprise.protocol.TestServer.Request;
import io.reprise.protocol.connect.CertificateFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code backup} makes of answers that a healthy server of ours does not give. */
class BackupAnswersTest {
  static final TestCertificate CERTIFICATE = TestCertificate.selfSigned();

  @TempDir
  Path home;

  final Map<String, Answer> answers = new ConcurrentHashMap<>(Map.of(
      "access/ticket",
      Answer.json("{\"username\":\"admin@pbs\",\"ticket\":\"PBS:admin@pbs:6B03DCC3::x\","
          + "\"CSRFPreventionToken\":\"6B03DCC3:y\"}"),
      "backup",
      new Answer.Switch(),
      "previous_backup_time",
      Answer.json("null"),
      "blob",
      Answer.json("null"),
      "finish",
      Answer.json("null")));
  TestServer server;
  Scene scene;

  @BeforeEach
  void server() throws Exception {
    server = new TestServer(CERTIFICATE, this::answer);
    scene = new Scene(home)
        .with("PBS_REPOSITORY", "admin@pbs@localhost:" + server.port() + ":store")
        .with("PBS_PASSWORD", "secret")
        .with(
            "PBS_FINGERPRINT",
            CertificateFingerprint.of(CERTIFICATE.certificate()).toString());
    Files.writeString(home.resolve("vm.conf"), "memory: 512\n");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Answer answer(Request request) {
    return answers.getOrDefault(request.path(), Answer.error(404, "no such path"));
  }

  private int backup() {
    return scene.run("backup", "vm.conf:vm.conf");
  }

  @Test
  void aServerThatKnowsNoUploadsOfOthersIsNoObstacle() {
    assertThat(backup()).as(() -> scene.err()).isZero();
    assertThat(scene.err()).contains("No previous manifest available.").doesNotContain("already");
  }

  @Test
  void aLineThatBreaksInFinishLeavesTheOutcomeOpen() {
    answers.put("finish", new Answer.Close());
    assertThat(backup()).isEqualTo(255);
    assertThat(scene.err())
        .contains("Whether the snapshot was made is not known: look with 'snapshot list'")
        .doesNotContain("There is no snapshot");
  }

  @Test
  void aRefusalIsToldWithGroupAndUser() {
    answers.put("backup", Answer.error(400, "group is locked"));
    assertThat(backup()).isEqualTo(255);
    assertThat(scene.err())
        .containsPattern(
            "Error: the server refuses a backup of host/[^ ]+ by admin@pbs: group is locked");
  }

  @Test
  void aPreviousManifestThatCannotBeReadIsToldAndDoneWithout() {
    answers.put("previous_backup_time", Answer.json("1700000000"));
    answers.put("previous", Answer.bytes(new byte[100]));
    assertThat(backup()).as(() -> scene.err()).isZero();
    assertThat(scene.err())
        .contains("Downloading previous manifest (Tue Nov 14 22:13:20 2023)\n")
        .contains("Couldn't re-use previous manifest - ");
  }
}
