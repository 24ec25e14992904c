package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.admin.ConfigKind.Field;
import io.reprise.cli.admin.ConfigKind.Type;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SafeId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One of the words of a {@link ConfigKind}; its options are made from the kind's fields. */
final class ConfigCommand implements Action {
  private static final int MAX_ID = 64;

  /** What is done with an object. */
  enum Verb {
    LIST,
    SHOW,
    CREATE,
    UPDATE,
    REMOVE,
    RUN
  }

  private final ConfigKind kind;
  private final Verb verb;
  private final RepositoryOptions repository = new RepositoryOptions();
  private final OutputOptions output = new OutputOptions();
  private final UpdateOptions update = new UpdateOptions();
  private final DigestOption digest = new DigestOption();
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  ConfigCommand(ConfigKind kind, Verb verb) {
    this.kind = kind;
    this.verb = verb;
    mixin("repository", repository);
    switch (verb) {
      case LIST, SHOW -> mixin("output", output);
      case UPDATE -> mixin("update", update);
      case REMOVE -> mixin("digest", digest);
      case CREATE, RUN -> {}
    }
    if (verb == Verb.CREATE || verb == Verb.UPDATE) {
      for (Field field : kind.fields()) spec.addOption(option(field));
    }
    if (verb != Verb.LIST) {
      spec.addPositional(PositionalParamSpec.builder()
          .index("0")
          .paramLabel("<" + kind.id() + ">")
          .type(String.class)
          .build());
    }
  }

  private void mixin(String name, Object options) {
    spec.addMixin(name, CommandSpec.forAnnotatedObject(options));
  }

  private OptionSpec option(Field field) {
    var option =
        OptionSpec.builder("--" + field.name()).required(field.required() && verb == Verb.CREATE);
    return switch (field.type()) {
      case TEXT -> option.type(String.class).paramLabel("<text>").build();
      case NUMBER -> option.type(Long.class).paramLabel("<n>").build();
      case BOOLEAN -> option.type(Boolean.class).arity("1").paramLabel("<bool>").build();
      case LIST, ARRAY, FILTERS ->
        option
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("<text>")
            .build();
    };
  }

  @Override
  public CommandLine line() {
    return new CommandLine(spec);
  }

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      run(at, remote.rest());
    }
  }

  private void run(Surroundings at, RestClient rest)
      throws CommandFailed, IOException, InterruptedException {
    switch (verb) {
      case LIST -> list(at, rest.get(kind.path(), Parameters.none()));
      case SHOW -> {
        JsonNode object = rest.get(path(kind.path()), Parameters.none());
        if (!output.json(at, object)) Listing.printObject(at, object);
      }
      case CREATE -> rest.post(kind.path(), fields().with(kind.id(), id()));
      case UPDATE -> rest.put(path(kind.path()), update.addTo(fields()));
      case REMOVE -> rest.delete(path(kind.path()), digest.addTo(Parameters.none()));
      case RUN -> {
        JsonNode upid = rest.post(path(kind.jobs(), "run"), Parameters.none());
        new TaskFollower(at, rest, upid.asText()).follow();
      }
    }
  }

  private void list(Surroundings at, JsonNode objects) throws CommandFailed {
    if (output.json(at, objects)) return;
    var listing = new Listing();
    for (String column : kind.columns()) {
      switch (type(column)) {
        case NUMBER, BOOLEAN -> listing.right(column, row -> shown(row.path(column)));
        case ARRAY -> listing.text(column);
        case TEXT, LIST -> listing.left(column, row -> shown(row.path(column)));
        case FILTERS ->
          listing.left(column, row -> row.has(column) ? shown(row.path(column), " OR ") : "all");
      }
    }
    if (!kind.isOrdered()) listing.sortedBy(kind.id());
    listing.print(at, objects);
  }

  private Type type(String column) {
    return kind.fields().stream()
        .filter(field -> field.name().equals(column))
        .map(Field::type)
        .findFirst()
        .orElse(Type.TEXT);
  }

  private static @Nullable String shown(JsonNode value) {
    return shown(value, ", ");
  }

  /** @param separator between the elements of a list */
  private static @Nullable String shown(JsonNode value, String separator) {
    if (value.isMissingNode() || value.isNull()) return null;
    if (value.isBoolean()) return value.asBoolean() ? "1" : "0";
    if (!value.isArray()) return value.asText();
    return StreamSupport.stream(value.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.joining(separator));
  }

  private String id() {
    String id = spec.positionalParameters().getFirst().getValue();
    return SafeId.check(kind.id(), id, 1, MAX_ID);
  }

  private String path(@Nullable String collection, String... rest) {
    return RestClient.path(Stream.of(
            Stream.of(String.valueOf(collection).split("/")), Stream.of(id()), Stream.of(rest))
        .flatMap(parts -> parts)
        .toArray(String[]::new));
  }

  private Parameters fields() {
    Parameters parameters = Parameters.none();
    for (Field field : kind.fields()) {
      Object value = spec.findOption("--" + field.name()).getValue();
      switch (value) {
        case null -> {}
        case Boolean flag -> parameters.with(field.name(), flag.booleanValue());
        case Long number -> parameters.with(field.name(), number.longValue());
        case List<?> list ->
          parameters.with(field.name(), list.stream().map(String::valueOf).toList());
        default -> parameters.with(field.name(), value.toString());
      }
    }
    return parameters;
  }
}
