package io.reprise.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.server.AgainstFakePbs;
import io.reprise.protocol.connect.TestProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a command asks for, and what it believes (cli.md §1.1 to §1.4, checklist 2 to 11). */
class LoginTest extends AgainstFakePbs {
  Path tickets;
  Path fingerprints;

  @BeforeEach
  void files() {
    server.data.put("admin/datastore/store/status", "{\"total\":1,\"used\":0,\"avail\":1}");
    scene.with("XDG_RUNTIME_DIR", home.resolve("run").toString());
    tickets = home.resolve("run/proxmox-backup/tickets");
    fingerprints = home.resolve(".config/proxmox-backup/fingerprints");
  }

  private void ticket(String ticket) throws Exception {
    Files.createDirectories(tickets.getParent());
    Files.writeString(
        tickets,
        "{\"localhost\":{\"admin@pbs\":{\"timestamp\":" + Instant.now().getEpochSecond()
            + ",\"ticket\":\"" + ticket + "\",\"token\":\"t\"},\"other@pbs\":{\"timestamp\":"
            + Instant.now().getEpochSecond() + ",\"ticket\":\"O\",\"token\":\"t\"}}}");
  }

  @Test
  void optionBeatsTheVariableAndNoneIsAnError() {
    String repository = scene.environment.get("PBS_REPOSITORY");
    scene.with("PBS_REPOSITORY", "nobody@pbs@nowhere.invalid:x");
    out("status", "--repository", repository);
    scene.environment.remove("PBS_REPOSITORY");
    fails("no repository given", "status");
    scene.with("PBS_REPOSITORY", "");
    fails("no repository given", "status");
  }

  @Test
  void tokenWithoutSecretIsAnErrorAndNobodyIsAsked() {
    scene.terminal = true;
    scene.environment.remove("PBS_PASSWORD");
    String token = scene.environment.get("PBS_REPOSITORY").replace("@pbs@", "@pbs!tok@");
    fails("no secret for API token admin@pbs!tok", "status", "--repository", token);
    assertThat(scene.questions).isEmpty();
    fails("needs no login", "login", "--repository", token);
  }

  @Test
  void passwordIsAskedForOnATerminalOnly() {
    scene.environment.remove("PBS_PASSWORD");
    fails("no password for admin@pbs", "status");
    scene.terminal = true;
    scene.answers.add("typed");
    out("status");
    assertThat(scene.questions).containsExactly("Password for \"admin@pbs\": ");
    assertThat(server.logins.getLast()).contains("typed");
  }

  @Test
  void ticketThatAnotherClientStoredIsUsedAndOursIsStoredAlike() throws Exception {
    scene.environment.remove("PBS_PASSWORD");
    ticket("PBS:theirs");
    out("status");
    assertThat(server.logins.getLast()).contains("PBS:theirs");
    assertThat(Files.readString(tickets))
        .matches("\\{\"localhost\":\\{\"admin@pbs\":\\{\"ticket\":\"PBS:admin@pbs:6B03DCC3::x\","
            + "\"timestamp\":\\d+,\"token\":\"6B03DCC3:y\"},\"other@pbs\":.*");
  }

  @Test
  void passwordOfTheEnvironmentComesBeforeTheTicket() throws Exception {
    ticket("PBS:theirs");
    out("status");
    assertThat(server.logins).hasSize(1).first().asString().contains("secret");
  }

  @Test
  void refusedTicketAsksForThePasswordInsteadOfFailing() throws Exception {
    scene.environment.remove("PBS_PASSWORD");
    ticket("PBS:stale");
    server.refused.add("PBS:stale");
    fails("authentication failed", "status"); // nobody to ask
    scene.terminal = true;
    scene.answers.add("typed");
    out("status");
    assertThat(server.logins.getLast()).contains("typed");
  }

  @Test
  void wrongPasswordNamesUserAndServer() {
    server.refused.add("secret");
    fails("login as admin@pbs at localhost:", "status");
  }

  @Test
  void loginRenewsAndLogoutForgetsOnlyItsOwnWithoutACall() throws Exception {
    ticket("PBS:theirs");
    scene.environment.remove("PBS_PASSWORD");
    out("login");
    assertThat(server.logins).hasSize(1);
    out("logout");
    assertThat(server.logins).hasSize(1);
    assertThat(Files.readString(tickets)).contains("other@pbs").doesNotContain("admin@pbs\"");
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void withoutRuntimeDirectoryItWorksAndTellsOnlyOnATerminal() {
    scene.environment.remove("XDG_RUNTIME_DIR");
    out("status");
    assertThat(scene.err()).isEmpty();
    scene.environment.remove("PBS_PASSWORD");
    scene.terminal = true;
    scene.answers.add("typed");
    out("status");
    assertThat(scene.err()).contains("XDG_RUNTIME_DIR is not set");
  }

  @Test
  void unknownCertificateIsRefusedWhereNobodyCanBeAsked() {
    scene.environment.remove("PBS_FINGERPRINT");
    fails("certificate", "status");
    assertThat(scene.err()).contains("certificate validation failed - ");
    assertThat(server.logins).isEmpty();
  }

  @Test
  void acceptedCertificateIsStoredForTheNextTime() {
    scene.environment.remove("PBS_FINGERPRINT");
    scene.terminal = true;
    scene.answers.addAll(List.of("what?", "", "Y"));
    out("status");
    assertThat(scene.err())
        .contains("fingerprint: " + server.fingerprint())
        .containsSubsequence(
            "continue connecting? (y/n): ",
            "continue connecting? (y/n): ",
            "continue connecting? (y/n): ");
    assertThat(fingerprints).hasContent("localhost " + server.fingerprint() + "\n");
    scene.terminal = false;
    out("status");
  }

  @Test
  void refusedCertificateIsNotStored() {
    scene.environment.remove("PBS_FINGERPRINT");
    scene.terminal = true;
    scene.answers.add("n");
    fails("", "status");
    assertThat(fingerprints).doesNotExist();
  }

  @Test
  void fingerprintOfTheEnvironmentMayBeUpperCaseAndIsNotStored() {
    scene.with("PBS_FINGERPRINT", server.fingerprint().toUpperCase(java.util.Locale.ROOT));
    out("status");
    assertThat(fingerprints).doesNotExist();
  }

  @Test
  void changedCertificateShowsBothAndNeedsMoreThanY() throws Exception {
    scene.environment.remove("PBS_FINGERPRINT");
    String old = "ab:".repeat(31) + "01";
    Files.createDirectories(fingerprints.getParent());
    Files.writeString(fingerprints, "localhost " + old + "\n");
    scene.terminal = true;
    scene.answers.add("y");
    fails("", "status");
    assertThat(scene.err())
        .contains("WARNING: certificate fingerprint does not match expected fingerprint!")
        .contains("expected:    " + old)
        .contains("fingerprint: " + server.fingerprint());
    assertThat(fingerprints).content().contains(old);
    scene.answers.add("replace");
    out("status");
    assertThat(fingerprints).hasContent("localhost " + server.fingerprint() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://u:p@localhost:%d", "localhost:%d"})
  void proxyIsUsedAndTold(String form) throws Exception {
    try (var proxy = new TestProxy("HTTP/1.1 200 OK\r\n\r\n")) {
      scene.with("ALL_PROXY", form.formatted(proxy.port()));
      scene.run("status"); // its second connection finds no proxy
      assertThat(proxy.head()).startsWith("CONNECT localhost:");
      assertThat(scene.err()).contains("Using HTTP proxy").doesNotContain(":p@");
    }
    scene.with("ALL_PROXY", "");
    out("status");
  }

  @Test
  void versionDoesWithoutServer() {
    scene.environment.remove("PBS_REPOSITORY");
    out("version");
    assertThat(scene.out()).startsWith("client version: ").doesNotContain("server");
    server.refused.add("secret");
    out("version", "--repository", "admin@pbs@localhost:1:store");
    assertThat(scene.err()).contains("no answer from localhost:1");
  }
}
