package io.reprise.datastore.nativeimage;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds out which downcalls the classes of a package link, by initializing copies of them in which {@link
 * Linker#downcallHandle} was replaced by a method that writes the call down. What native executables must be told of (the
 * {@code foreign} part of {@code reachability-metadata.json}) is compared with that.
 */
public final class DowncallRecorder extends ClassLoader {
  private static final Set<JsonNode> RECORDED = ConcurrentHashMap.newKeySet();
  private static final ClassDesc LINKER = Linker.class.describeConstable().orElseThrow();
  private static final ClassDesc SELF =
      DowncallRecorder.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RECORDING = MethodTypeDesc.of(
      CD_MethodHandle,
      LINKER,
      MemorySegment.class.describeConstable().orElseThrow(),
      FunctionDescriptor.class.describeConstable().orElseThrow(),
      Linker.Option[].class.describeConstable().orElseThrow());
  private static final Pattern OPTION = Pattern.compile("(\\w+)(?:\\[(?:\\w+=)?(.*)])?");

  private final List<String> packages;

  private DowncallRecorder(List<String> packages) {
    super(DowncallRecorder.class.getClassLoader());
    this.packages = packages;
  }

  /**
   * All downcalls that the classes in the packages of the given ones link when they are initialized, in the format of the
   * metadata.
   */
  public static synchronized Set<JsonNode> declared(Class<?>... anchors) throws Exception {
    RECORDED.clear();
    var loader =
        new DowncallRecorder(Arrays.stream(anchors).map(Class::getPackageName).toList());
    for (Class<?> anchor : anchors) {
      for (String name : classNames(anchor)) Class.forName(name, true, loader);
    }
    return Set.copyOf(RECORDED);
  }

  /** The downcalls that a metadata file on the class path registers, in the same form. */
  public static Set<JsonNode> registered(String resource) throws IOException {
    try (InputStream in = DowncallRecorder.class.getResourceAsStream(resource)) {
      if (in == null) throw new IOException(resource + " is not on the class path");
      var registered = new HashSet<JsonNode>();
      for (JsonNode call : new ObjectMapper().readTree(in).at("/foreign/downcalls")) {
        if (!registered.add(call)) throw new IOException(resource + " has twice " + call);
      }
      return registered;
    }
  }

  private static List<String> classNames(Class<?> anchor) throws Exception {
    String folder = anchor.getPackageName().replace('.', '/');
    URL own = anchor.getResource(anchor.getSimpleName() + ".class");
    if (own.openConnection() instanceof JarURLConnection jar) {
      try (var file = jar.getJarFile()) {
        return file.versionedStream()
            .map(entry -> entry.getName())
            .filter(name -> name.matches(Pattern.quote(folder) + "/[^/]+\\.class"))
            .map(DowncallRecorder::className)
            .toList();
      }
    }
    Path directory = Path.of(URI.create(own.toString())).getParent();
    try (var files = Files.list(directory)) {
      return files
          .map(file -> folder + "/" + file.getFileName())
          .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
          .map(DowncallRecorder::className)
          .toList();
    }
  }

  private static String className(String file) {
    return file.substring(0, file.length() - ".class".length()).replace('/', '.');
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    // All of the project's own, so that no signature means one class here and another there.
    String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    boolean recorded = packages.contains(packageName);
    if (!recorded
        && (!name.startsWith("io.reprise.") || name.startsWith(DowncallRecorder.class.getName()))) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) return loaded;
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) throw new ClassNotFoundException(name);
        byte[] code = in.readAllBytes();
        if (recorded) code = recording(code);
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] recording(byte[] code) {
    var file = ClassFile.of();
    return file.transformClass(
        file.parse(code), ClassTransform.transformingMethodBodies((builder, element) -> {
          if (element instanceof InvokeInstruction call
              && call.owner().asSymbol().equals(LINKER)
              && call.name().equalsString("downcallHandle")) {
            builder.invokestatic(SELF, "downcallHandle", RECORDING);
          } else {
            builder.with(element);
          }
        }));
  }

  /** Called by the copies in place of {@link Linker#downcallHandle}. */
  public static MethodHandle downcallHandle(
      Linker linker,
      MemorySegment symbol,
      FunctionDescriptor descriptor,
      Linker.Option... options) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("returnType", descriptor.returnLayout().map(DowncallRecorder::type).orElse("void"));
    var parameters = call.putArray("parameterTypes");
    descriptor.argumentLayouts().forEach(layout -> parameters.add(type(layout)));
    if (options.length > 0) {
      ObjectNode all = call.putObject("options");
      for (Linker.Option option : options) option(option.toString(), all);
    }
    RECORDED.add(call);
    return linker.downcallHandle(symbol, descriptor, options);
  }

  private static String type(MemoryLayout layout) {
    if (layout instanceof AddressLayout) return "void*";
    if (layout instanceof ValueLayout value) return "j" + value.carrier().getName();
    if (layout instanceof StructLayout struct) {
      return struct.memberLayouts().stream()
          .map(DowncallRecorder::type)
          .collect(Collectors.joining(",", "struct(", ")"));
    }
    throw new AssertionError("not met before, and not written to metadata yet: " + layout);
  }

  private static void option(String text, ObjectNode all) {
    var m = OPTION.matcher(text);
    if (!m.matches()) throw new AssertionError("unknown linker option " + text);
    switch (m.group(1)) {
      case "CaptureCallState" -> all.put("captureCallState", true);
      case "FirstVariadicArg" -> all.put("firstVariadicArg", Integer.parseInt(m.group(2)));
      case "ALLOW_HEAP" -> all.putObject("critical").put("allowHeapAccess", true);
      case "DONT_ALLOW_HEAP" -> all.putObject("critical").put("allowHeapAccess", false);
      default -> throw new AssertionError("unknown linker option " + text);
    }
  }
}
