package io.reprise.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobRunner;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.Requests;
import io.reprise.platform.task.Tasks;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What REST takes for gc-service, and what it shows of removed snapshots. A runner here stands for gc-service. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class MaintenanceTest {
  private static final SnapshotId SNAPSHOT = SnapshotId.parse("vm/100/2026-11-20T00:00:00Z");
  private static final byte[] CONTENT = "a chunk\n".repeat(100).getBytes(StandardCharsets.UTF_8);
  private static final ArchiveName DISK = new ArchiveName("drive-scsi0.img.fidx");

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Datastores configured;

  @Inject
  Stores stores;

  private Api api;
  private Api.Session admin;

  @BeforeEach
  void login() {
    api = new Api(server.port());
    admin = api.login(Api.ADMIN, Api.ADMIN_PASSWORD);
  }

  private void datastore(String name) throws IOException {
    Path base = directories.state().resolveSibling(name);
    Files.createDirectories(base.resolve(".chunks"));
    configured.add(new Section("datastore", name).set("path", base.toString()));
    Files.writeString(
        directories.config().resolve("reprise.cfg"),
        "\ndatastore: " + name + "\n\tfloor-bytes 0\n\tundelete-window 3600\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private String collect(String store) {
    return api.as(admin)
        .post("/admin/datastore/" + store + "/gc")
        .then()
        .statusCode(200)
        .extract()
        .path("data");
  }

  private String status(String upid) {
    return api.as(admin)
        .get("/nodes/localhost/tasks/" + Api.encoded(upid) + "/status")
        .then()
        .statusCode(200)
        .extract()
        .path("data.status");
  }

  /** As in another process. */
  private JobRunner worker() throws IOException {
    Path state = directories.state();
    var jobs = new Jobs(
        new Tasks(directories.tasks(), directories.node()),
        new JobStates(state),
        new Leases(state, "worker"),
        new Requests(state));
    var runner = new JobRunner(jobs, List.of(new JobKind() {
      @Override
      public JobType type() {
        return JobType.GARBAGE_COLLECTION;
      }

      @Override
      public List<Scheduled> scheduled() {
        return List.of();
      }

      @Override
      public String workerId(JobRequest request) {
        return request.name();
      }

      @Override
      public void run(JobRun run) throws IOException {
        run.begin("never, as REST wrote the first line");
        run.check();
        run.task().log("collected");
      }
    }));
    runner.start();
    return runner;
  }

  @Test
  void collectionIsATaskAtOnceThatRunsUntilAnotherProcessHasDoneIt() throws Exception {
    datastore("maint1");
    String upid = collect("maint1");
    assertThat(upid).contains(":garbage_collection:maint1:admin@pbs:");
    assertThat(status(upid)).isEqualTo("running");
    api.as(admin)
        .get("/admin/jobs")
        .then()
        .statusCode(200)
        .body("data.requests.upid", hasItem(upid));
    api.as(admin)
        .post("/admin/datastore/maint1/gc")
        .then()
        .statusCode(400)
        .body(containsString("is running already"));
    var worker = worker();
    try {
      assertThat(api.end(admin, upid)).isEqualTo("OK");
    } finally {
      worker.close();
    }
    api.as(admin)
        .get("/nodes/localhost/tasks/" + Api.encoded(upid) + "/log")
        .then()
        .body("data[0].t", containsString(": starting garbage collection on store maint1"))
        .body("data[1].t", containsString(": collected"))
        .body("data[2].t", containsString(": TASK OK"));
  }

  @Test
  void aCollectionThatStillWaitsIsStopped() throws Exception {
    datastore("maint2");
    String upid = collect("maint2");
    api.as(admin).delete("/nodes/localhost/tasks/" + Api.encoded(upid)).then().statusCode(200);
    var worker = worker();
    try {
      assertThat(api.end(admin, upid)).isEqualTo("abort requested - aborting task");
    } finally {
      worker.close();
    }
  }

  @Test
  void aRemovedSnapshotComesBackOnlyIfAllItsChunksAreThere() throws Exception {
    datastore("maint3");
    Digest digest = Digest.of(MessageDigest.getInstance("SHA-256").digest(CONTENT));
    backup("maint3", digest);
    try (var use = stores.use("maint3", Operation.WRITE)) {
      use.datastore().removeSnapshot(Namespace.ROOT, SNAPSHOT, "admin@pbs");
    }
    String id = api.as(admin)
        .get("/admin/datastore/maint3/removed")
        .then()
        .statusCode(200)
        .body("data[0].backup-id", equalTo("100"))
        .body("data[0].by", equalTo("admin@pbs"))
        .extract()
        .path("data[0].id");
    Path chunk = directories
        .state()
        .resolveSibling("maint3")
        .resolve(".chunks")
        .resolve(digest.prefix())
        .resolve(digest.toString());
    Path away = chunk.resolveSibling("away");
    Files.move(chunk, away);
    assertThat(undelete(id)).startsWith("chunk " + digest).contains("is missing");
    Files.move(away, chunk);
    assertThat(undelete(id)).isEqualTo("OK");
    try (var use = stores.use("maint3", Operation.LOOKUP)) {
      assertThat(use.datastore().isFinished(Namespace.ROOT, SNAPSHOT)).isTrue();
      assertThat(use.datastore().removed().list()).isEmpty();
    }
    Api.form(api.as(admin), "id", id)
        .post("/admin/datastore/maint3/undelete")
        .then()
        .statusCode(400)
        .body(containsString("has no removed snapshot"));
  }

  private String undelete(String id) {
    String upid = Api.form(api.as(admin), "id", id)
        .post("/admin/datastore/maint3/undelete")
        .then()
        .statusCode(200)
        .extract()
        .path("data");
    return api.end(admin, upid);
  }

  private void backup(String store, Digest digest) throws IOException {
    try (var use = stores.use(store, Operation.WRITE);
        var session = use.datastore()
            .startBackup(Namespace.ROOT, SNAPSHOT, AuthId.parse("admin@pbs"), false)) {
      use.datastore().chunks().insert(digest, ByteBuffer.wrap(blob(CONTENT)));
      Digest checksum;
      try (var index = FixedIndexWriter.create(session.temporaryIndex(DISK), 4096, 4096)) {
        index.set(0, digest);
        checksum = index.finish(session.file(DISK), false);
      }
      var manifest =
          Manifest.of(SNAPSHOT, List.of(new FileEntry(DISK, CryptMode.NONE, 4096, checksum)));
      session.putBlob(ArchiveName.MANIFEST, ByteBuffer.wrap(blob(manifest.toJson())));
      session.finish(m -> m, m -> {});
    }
  }

  private static byte[] blob(byte[] content) {
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      return Arrays.copyOfRange(blob.array(), blob.position(), blob.limit());
    }
  }
}
