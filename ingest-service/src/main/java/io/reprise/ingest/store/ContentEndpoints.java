package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.store.SnapshotEndpoints.existing;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.namespace;
import static io.reprise.ingest.store.StoreParams.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.FileName;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry;
import io.reprise.datastore.pxar.PxarNode;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Files inside a snapshot's archives: the catalog, and one file or directory of a pxar (protocol.md §5.2). */
@ApplicationScoped
class ContentEndpoints implements EndpointGroup {
  private static final Param<List<FileName>> FILEPATH =
      Param.of("filepath", Type.of(ContentEndpoints::path));
  private static final Param<Boolean> TAR = Param.of("tar", Type.FLAG).orNothing();

  private final Stores stores;

  ContentEndpoints(Stores stores) {
    this.stores = stores;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore/{store}/catalog", "A directory of a snapshot's catalog")
            .takes(STORE, NS, TYPE, ID, TIME, FILEPATH)
            .answers(this::catalog),
        get(
                "/admin/datastore/{store}/pxar-file-download",
                "A file of an archive, or a directory as zip, with tar as tar.zst")
            .takes(STORE, NS, TYPE, ID, TIME, FILEPATH, TAR)
            .raw(0)
            .answers(this::download));
  }

  /** @param text base64 of a path, or one of the words {@code root} and {@code /} for the top */
  private static List<FileName> path(String text) {
    var names = new ArrayList<FileName>();
    if (text.equals("root") || text.equals("/")) return names;
    var name = new ByteArrayOutputStream();
    for (byte b : Base64.getDecoder().decode(text)) {
      if (b != '/') name.write(b);
      else if (name.size() > 0) {
        names.add(FileName.of(name.toByteArray()));
        name.reset();
      }
    }
    if (name.size() > 0) names.add(FileName.of(name.toByteArray()));
    return names;
  }

  private static String encoded(List<FileName> directory, FileName name) {
    var path = new ByteArrayOutputStream();
    for (FileName component : directory) {
      path.writeBytes(component.bytes());
      path.write('/');
    }
    if (directory.isEmpty()) path.write('/'); // as PBS: only archives have the leading slash
    path.writeBytes(name.bytes());
    return Base64.getEncoder().encodeToString(path.toByteArray());
  }

  private Answer catalog(Call call) {
    var granted = GroupAccess.READ.of(call.caller(), call.get(STORE), namespace(call));
    List<FileName> path = call.get(FILEPATH);
    return Answer.rows(out -> in(call, granted, (datastore, directory) -> {
      Path file = directory.resolve(ArchiveName.CATALOG.text());
      try (var source = DownloadEndpoints.archive(datastore, file)) {
        var catalog = new CatalogReader(source);
        CatalogEntry at =
            catalog.find(path).filter(CatalogEntry::isDirectory).orElseThrow(() -> noSuch(path));
        catalog.forEach(at, entry -> out.row(item(path, entry)));
      }
    }));
  }

  private static ObjectNode item(List<FileName> directory, CatalogEntry entry) {
    ObjectNode item = Json.object()
        .put("filepath", encoded(directory, entry.name()))
        .put("text", entry.name().toString())
        .put("type", String.valueOf(entry.type().letter()))
        .put("leaf", !entry.isDirectory());
    if (entry.type() == CatalogEntry.Type.FILE) {
      item.put("size", entry.size()).put("mtime", entry.mtime());
    }
    return item;
  }

  private Answer download(Call call) {
    var granted = GroupAccess.READ.of(call.caller(), call.get(STORE), namespace(call));
    List<FileName> path = call.get(FILEPATH);
    if (path.isEmpty()) throw ApiError.badRequest("the path names no archive");
    var archive = new ArchiveName(path.getFirst().toString());
    if (archive.kind() != ArchiveName.Kind.DYNAMIC) {
      throw ApiError.badRequest(archive + " is no file archive: expected a .pxar.didx");
    }
    return new Answer.Content(
        "application/octet-stream",
        -1,
        null,
        out -> in(call, granted, (datastore, directory) -> {
          try (var source =
              DownloadEndpoints.archive(datastore, directory.resolve(archive.text()))) {
            var pxar = new PxarArchive(source);
            List<FileName> inside = path.subList(1, path.size());
            PxarNode node = pxar.find(inside).orElseThrow(() -> noSuch(path));
            if (node.entry().isDirectory() && call.get(TAR, false)) {
              TarDownload.write(pxar, node, inside, out);
            } else {
              send(pxar, node, out);
            }
          }
        }));
  }

  private static void send(PxarArchive archive, PxarNode node, OutputStream out)
      throws IOException {
    switch (node.entry().kind()) {
      case PxarEntry.Kind.Directory directory -> ZipDownload.write(archive, node, out);
      case PxarEntry.Kind.RegularFile file -> copy(archive, node, out);
      case PxarEntry.Kind.Hardlink link -> copy(archive, archive.follow(node), out);
      default ->
        throw ApiError.badRequest(
            "'" + node.entry().name() + "' is neither a regular file nor a directory");
    }
  }

  private static void copy(PxarArchive archive, PxarNode file, OutputStream out)
      throws IOException {
    try (var content = archive.content(file)) {
      content.transferTo(out);
    }
  }

  private interface InSnapshot {
    void run(Datastore datastore, Path directory) throws IOException;
  }

  private void in(Call call, GroupAccess.Granted granted, InSnapshot work) throws IOException {
    try (var use = stores.use(call.get(STORE), Operation.READ)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      try (var lock = datastore.lockForReading(namespace(call), snapshot)) {
        work.run(datastore, datastore.directory(namespace(call), snapshot));
      } catch (NoSuchFileException e) {
        throw ApiError.badRequest("snapshot " + snapshot + " lacks " + e.getFile());
      }
    }
  }

  private static ApiError noSuch(List<FileName> path) {
    var text = new StringBuilder();
    path.forEach(name -> text.append('/').append(name));
    return ApiError.badRequest("no such file or directory in the snapshot: '" + text + "'");
  }
}
