package io.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.command.Words;
import io.reprise.cli.restore.Restore;
import io.reprise.cli.terminal.Terminal;
import io.reprise.datastore.nativeimage.DowncallRecorder;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class CliMetadataTest {
  @Test
  void everyDowncallIsRegisteredForNativeExecutablesAndNoOther() throws Exception {
    assertThat(DowncallRecorder.registered(
            "/META-INF/native-image/io.reprise/reprise-cli/reachability-metadata.json"))
        .containsExactlyInAnyOrderElementsOf(
            DowncallRecorder.declared(Restore.class, Terminal.class));
  }

  /** Options are put into fields by reflection, which a native executable has only where it was told. */
  @Test
  void everyFieldOfEveryCommandsOptionsIsRegisteredForNativeExecutables() throws Exception {
    String resource =
        "/META-INF/native-image/picocli-generated/io.reprise/reprise-cli/reflect-config.json";
    JsonNode registered;
    try (var in = CliMetadataTest.class.getResourceAsStream(resource)) {
      registered = new ObjectMapper().readTree(in);
    }
    var fields = new HashSet<String>();
    for (JsonNode type : registered) {
      for (JsonNode field : type.path("fields")) {
        fields.add(type.path("name").asText() + "." + field.path("name").asText());
      }
    }
    var used = new TreeSet<String>();
    collect(Commands.all().root(), used);
    assertThat(used).hasSizeGreaterThan(100);
    assertThat(fields).containsAll(used);
  }

  private static void collect(Words.Word word, Set<String> used) {
    switch (word) {
      case Words.Group group -> group.words().values().forEach(below -> collect(below, used));
      case Words.Leaf leaf -> collect(leaf.action().get().line().getCommandSpec(), used);
    }
  }

  private static void collect(CommandSpec spec, Set<String> used) {
    for (ArgSpec argument : spec.args()) {
      if (argument.userObject() instanceof Field field) {
        used.add(field.getDeclaringClass().getName() + "." + field.getName());
      }
    }
    spec.mixins().values().forEach(mixin -> collect(mixin, used));
  }
}
