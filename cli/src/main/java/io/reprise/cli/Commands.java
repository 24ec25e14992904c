package io.reprise.cli;

import io.reprise.cli.admin.Acls;
import io.reprise.cli.admin.ApiCall;
import io.reprise.cli.admin.Certificates;
import io.reprise.cli.admin.ChangeOwner;
import io.reprise.cli.admin.ConfigKind;
import io.reprise.cli.admin.Datastores;
import io.reprise.cli.admin.Login;
import io.reprise.cli.admin.Maintenance;
import io.reprise.cli.admin.Namespaces;
import io.reprise.cli.admin.Pull;
import io.reprise.cli.admin.SecondFactors;
import io.reprise.cli.admin.Status;
import io.reprise.cli.admin.Tokens;
import io.reprise.cli.admin.TrafficRates;
import io.reprise.cli.admin.Users;
import io.reprise.cli.admin.Verify;
import io.reprise.cli.admin.Version;
import io.reprise.cli.backup.Backup;
import io.reprise.cli.backup.Benchmark;
import io.reprise.cli.catalog.CatalogDump;
import io.reprise.cli.catalog.CatalogFind;
import io.reprise.cli.catalog.CatalogShell;
import io.reprise.cli.command.NotHere;
import io.reprise.cli.command.Words;
import io.reprise.cli.command.Words.Group;
import io.reprise.cli.completion.BashComplete;
import io.reprise.cli.completion.CompletionScript;
import io.reprise.cli.events.EventsTail;
import io.reprise.cli.inspect.InspectChunk;
import io.reprise.cli.inspect.InspectFile;
import io.reprise.cli.inspect.RecoverIndex;
import io.reprise.cli.key.KeyChangePassphrase;
import io.reprise.cli.key.KeyCreate;
import io.reprise.cli.key.KeyShow;
import io.reprise.cli.key.MasterKeys;
import io.reprise.cli.key.PaperKey;
import io.reprise.cli.mount.Mounts;
import io.reprise.cli.restore.Restore;
import io.reprise.cli.retention.Categories;
import io.reprise.cli.retention.SpaceReport;
import io.reprise.cli.snapshot.Forget;
import io.reprise.cli.snapshot.GroupList;
import io.reprise.cli.snapshot.Notes;
import io.reprise.cli.snapshot.Protection;
import io.reprise.cli.snapshot.Prune;
import io.reprise.cli.snapshot.SnapshotFiles;
import io.reprise.cli.snapshot.SnapshotList;
import io.reprise.cli.snapshot.Undelete;
import io.reprise.cli.snapshot.UploadLog;
import io.reprise.cli.task.GarbageCollect;
import io.reprise.cli.task.JobList;
import io.reprise.cli.task.TaskList;
import io.reprise.cli.task.TaskLog;
import io.reprise.cli.task.TaskStop;
import io.reprise.cli.up.Demo;
import io.reprise.cli.up.Up;
import java.util.List;
import java.util.Locale;

/** Every word of the command line (cli.md §2.2, §4). */
final class Commands {
  private Commands() {}

  static Words all() {
    var words = new Words("Backup client, administration and inspection for Reprise and PBS.");
    Group root = words.root();
    server(root);
    snapshots(root);
    tasks(root);
    keys(root);
    events(root);
    manager(root);
    maintenance(root);
    inspection(root);
    root.ours(
            Main.BASH_COMPLETE,
            "Say what may stand at the cursor, for bash",
            () -> new BashComplete(Commands::all))
        .ours("completion", "Print what makes Tab work in bash or zsh", CompletionScript::new);
    root.ours("up", "Run the services until Ctrl-C", Up::new)
        .ours("demo", "Show a backup going in and coming back", Demo::new);
    return words;
  }

  private static void server(Group root) {
    root.pbs("login", "Log in and keep the ticket", Login::new)
        .pbs("logout", "Forget the ticket", Login.Out::new)
        .pbs("status", "Space of the datastore", Status::new)
        .pbs("benchmark", "Measure this host and the way to the server", Benchmark::new)
        .pbs("version", "Versions of client and server", () -> new Version(Main.version()))
        .pbs("change-owner", "Give a group to another user or token", ChangeOwner::new);
    root.pbsGroup("namespace", "Namespaces")
        .pbs("list", "List namespaces", Namespaces.List::new)
        .pbs("create", "Make a namespace", Namespaces.Create::new)
        .pbs("delete", "Remove a namespace", Namespaces.Delete::new);
  }

  private static void snapshots(Group root) {
    root.pbs("backup", "Make a snapshot of images and files", Backup::new)
        .pbs("restore", "Bring an archive back", Restore::new)
        .pbs("list", "List backup groups", GroupList::new)
        .pbs("prune", "Remove snapshots that no keep option holds", Prune::new);
    root.pbs("mount", "Show an archive as a file system", Mounts.Mount::new)
        .pbs("map", "Show an image as a block device", Mounts.Map::new)
        .pbs("unmap", "Take an image's block device away", Mounts.Unmap::new);
    Group snapshot = root.pbsGroup("snapshot", "Snapshots");
    snapshot
        .pbs("list", "List snapshots", SnapshotList::new)
        .pbs("files", "List the files of a snapshot", SnapshotFiles::new)
        .pbs("forget", "Remove a snapshot", Forget::new)
        .pbs("upload-log", "Add a log to a snapshot", UploadLog::new);
    snapshot
        .pbsGroup("notes", "Notes of a snapshot")
        .pbs("show", "Show the notes", Notes.Show::new)
        .pbs("update", "Replace the notes", Notes.Update::new);
    snapshot
        .pbsGroup("protected", "Protection of a snapshot")
        .pbs("show", "Show whether it is protected", Protection.Show::new)
        .pbs("update", "Protect it or not", Protection.Update::new);
    root.pbsGroup("catalog", "Names of the files in a snapshot's archives")
        .pbs("dump", "List the whole catalog", CatalogDump::new)
        .pbs("shell", "Walk an archive and restore from it", () -> new CatalogShell(Main.version()))
        .ours("find", "List the files that match a pattern", CatalogFind::new);
    root.alias("snapshots", "snapshot", "list")
        .alias("files", "snapshot", "files")
        .alias("forget", "snapshot", "forget")
        .alias("upload-log", "snapshot", "upload-log");
    root.oursGroup("group", "Backup groups")
        .ours("forget", "Remove a group with all its snapshots", Forget.Group::new);
    root.ours("notes", "Show or set the notes of a snapshot", Notes.Short::new)
        .ours("undelete", "Bring a removed snapshot back, or list those", Undelete::new)
        .ours("protect", "Protect a snapshot, or no longer", Protection.Short::new);
  }

  private static void tasks(Group root) {
    root.pbs("garbage-collect", "Start garbage collection and show it", GarbageCollect::new)
        .alias("gc", "garbage-collect");
    root.ours("jobs", "Show schedules, requests and leases of the services", JobList::new);
    root.pbsGroup("task", "Tasks of the server")
        .pbs("list", "List tasks", TaskList::new)
        .pbs("log", "Follow the log of a task", TaskLog::new)
        .pbs("stop", "Stop a task", TaskStop::new);
  }

  private static void keys(Group root) {
    root.pbsGroup("key", "Encryption keys and master keys")
        .pbs("create", "Make an encryption key", KeyCreate::new)
        .pbs("change-passphrase", "Change the password of a key", KeyChangePassphrase::new)
        .pbs("show", "Show what a key file says of itself", KeyShow::new)
        .pbs("create-master-key", "Make an RSA key pair to seal keys to", MasterKeys.Create::new)
        .pbs("import-master-pubkey", "Make a public key the default", MasterKeys.Import::new)
        .pbs("show-master-pubkey", "Show a public master key", MasterKeys.Show::new)
        .pbs("import-with-master-key", "Get a key back from a backup", MasterKeys.Recover::new)
        .pbs("paperkey", "Print a key for the safe", PaperKey::new);
  }

  private static void events(Group root) {
    root.oursGroup("events", "Events of the services")
        .ours("tail", "Show events as they come", EventsTail::new);
  }

  /** What PBS's manager does for the upkeep of datastores. */
  private static void maintenance(Group root) {
    ConfigKind.PRUNE_JOB.addTo(root.oursGroup("prune-job", "Jobs that prune"));
    Group category = root.oursGroup("category", "Guests with a rule of their own");
    ConfigKind.CATEGORY.addTo(category);
    category
        .ours("guests", "Show which guest is in which category, and why", Categories.Guests::new)
        .ours("use", "Let a prune job go by categories, or not", Categories.Use::new)
        .ours("preview", "Show what a prune job would remove", Categories.Preview::new)
        .ours("approve", "Agree to what a preview has shown", Categories.Approve::new);
    root.ours("space", "Show what guests take on disk", SpaceReport::new);
    ConfigKind.VERIFY_JOB.addTo(root.oursGroup("verify-job", "Jobs that verify"));
    ConfigKind.SYNC_JOB.addTo(root.oursGroup("sync-job", "Jobs that pull from a remote"));
    ConfigKind.REMOTE.addTo(root.oursGroup("remote", "Servers to pull from"));
    root.ours("pull", "Fetch snapshots from a remote once", Pull::new);
    Group traffic = root.oursGroup("traffic-control", "Rules that limit the network");
    ConfigKind.TRAFFIC.addTo(traffic);
    traffic.ours("traffic", "Show the current rates", TrafficRates::new);
    root.oursGroup("garbage-collection", "Garbage collection of datastores")
        .ours("start", "Start it and show it", Maintenance.Start::new)
        .ours("status", "Show its last result", Maintenance.Status::new)
        .ours("list", "Show it for all datastores", Maintenance.List::new);
    root.ours("verify", "Verify a datastore, a group or a snapshot and show it", Verify::new);
  }

  /** The words of PBS's debug program that need no server. */
  private static void inspection(Group root) {
    root.oursGroup("inspect", "Files of a datastore, without a server")
        .ours("chunk", "Describe a chunk, check it, decode it", InspectChunk::new)
        .ours("file", "Describe a blob or an index", InspectFile::new);
    root.oursGroup("recover", "Archives from chunks, without a server")
        .ours("index", "Put an archive together", RecoverIndex::new);
  }

  /** The words of PBS's manager. */
  private static void manager(Group root) {
    Group user = root.oursGroup("user", "Users");
    user.ours("list", "List users", Users.List::new)
        .ours("create", "Make a user", Users.Create::new)
        .ours("update", "Change a user", Users.Update::new)
        .ours("password", "Set a user's password", Users.Password::new)
        .ours("remove", "Remove a user", Users.Remove::new)
        .ours("permissions", "Show what a user or token may do", Users.Permissions::new)
        .ours("list-tokens", "List the API tokens of a user", Tokens.List::new)
        .ours("generate-token", "Make an API token; shows its secret once", Tokens.Generate::new)
        .ours("delete-token", "Remove an API token", Tokens.Delete::new);
    user.oursGroup("tfa", "Second factors of a user")
        .ours("list", "List them", SecondFactors.List::new)
        .ours("delete", "Remove one", SecondFactors.Delete::new)
        .ours("unlock", "Lift the locks after wrong answers", SecondFactors.Unlock::new);
    ConfigKind.OPENID.addTo(root.oursGroup("openid", "OpenID realms"));
    ConfigKind.LDAP.addTo(root.oursGroup("ldap", "LDAP realms"));
    ConfigKind.AD.addTo(root.oursGroup("ad", "Active Directory realms"));
    root.oursGroup("cert", "Certificate of the server")
        .ours("info", "Show it with its fingerprint", Certificates.Info::new)
        .ours(
            "update",
            "Not here",
            () -> new NotHere("the service makes a certificate when it starts without one: "
                + "remove proxy.pem and proxy.key in its configuration and start it again"));
    Group api = root.oursGroup("api", "Any call of the REST API");
    for (ApiCall.Verb verb : ApiCall.Verb.values()) {
      String name = verb.name().toLowerCase(Locale.ROOT);
      api.ours(name, verb.purpose(), () -> new ApiCall(verb));
    }
    for (String word : List.of("acme", "diff", "node", "notification", "report", "versions")) {
      root.ours(
          word,
          "Not here",
          () -> new NotHere("'" + word
              + "' concerns a PBS's host or comes with a later version; against a PBS use 'api'"));
    }
    root.oursGroup("token", "API tokens")
        .ours("list", "List the API tokens of a user", Tokens.List::new)
        .ours("create", "Make an API token; shows its secret once", Tokens.Generate::new)
        .ours("remove", "Remove an API token", Tokens.Delete::new);
    root.oursGroup("acl", "Access rights")
        .ours("list", "List who has which role where", Acls.List::new)
        .ours("update", "Give or take a role", Acls.Update::new);
    root.oursGroup("datastore", "Datastores of the server")
        .ours("list", "List datastores", Datastores.List::new)
        .ours("show", "Show the configuration of a datastore", Datastores.Show::new)
        .ours("create", "Make a datastore", Datastores.Create::new)
        .ours("update", "Change a datastore", Datastores.Update::new)
        .ours("remove", "Remove a datastore", Datastores.Remove::new);
  }
}
