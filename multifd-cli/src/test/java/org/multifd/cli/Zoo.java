package org.multifd.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Providers that are broken, each in one way, each in a directory of its own. How often a provider was constructed and
 * asked whether it works is counted in system properties: code in a layer of its own can reach nothing else of a
 * test's.
 */
final class Zoo {

    private static final String SLEEP = "try { Thread.sleep(Long.MAX_VALUE); } catch (InterruptedException e) { }";

    private final Path home;

    Zoo(Path home) {
        this.home = home;
    }

    Path home() {
        return home;
    }

    /** All of them, with one between them that is as it should be. */
    static Zoo open(Path home) throws IOException {
        Zoo zoo = new Zoo(home);
        zoo.missingDependency();
        zoo.newerJava();
        zoo.newerClass();
        zoo.noProvides();
        zoo.servicesOnly();
        zoo.staticInitialiser();
        zoo.constructor();
        zoo.olderApi();
        zoo.newerApi();
        zoo.apiWithoutVersion();
        zoo.badName();
        zoo.nameTaken();
        zoo.nativeMissing();
        zoo.nativeThrows();
        zoo.hangsInProbe();
        zoo.hangsInConstructor();
        zoo.garbage();
        zoo.writesOutside();
        zoo.leaksThreads();
        zoo.splitPackage();
        zoo.ownApi();
        zoo.notAZip();
        zoo.empty();
        zoo.sameModule();
        zoo.sameModuleTwice();
        zoo.brokenSignature();
        zoo.good();
        return zoo;
    }

    /** A provider's directory is named after the last part of its module. */
    private static ZooJar animal(String name) {
        return ZooJar.of("com.example." + name, name);
    }

    private Path put(String name, ZooJar jar) {
        return jar.into(home.resolve(name));
    }

    /** Keeps the contract; its probes are counted. */
    Path good() {
        return put("good", animal("good").member("availability",
                probe("good", "return Availability.usable(\"copies\");")));
    }

    private static String probe(String name, String body) {
        return "public synchronized Availability availability() { System.setProperty(\"" + counter(name)
                + "\", Integer.toString(Integer.getInteger(\"" + counter(name) + "\", 0) + 1)); " + body + " }";
    }

    private static String counter(String name) {
        return "org.multifd.zoo.probes." + name;
    }

    /** How often a provider was asked since the last time. */
    static int probes(String name) {
        int probes = Integer.getInteger(counter(name), 0);
        System.clearProperty(counter(name));
        return probes;
    }

    Path missingDependency() throws IOException {
        Path elsewhere = Files.createTempDirectory("zoo");
        Path codec = ZooJar.of("com.example.codec", "").library().exports("com.example.codec")
                .type("com.example.codec", "Codec", "public class Codec { }").into(elsewhere);
        Path jar = put("missingdependency", animal("missingdependency").requires("com.example.codec", codec)
                .member("codec", "com.example.codec.Codec codec;"));
        Files.delete(codec);
        Files.delete(elsewhere);
        return jar;
    }

    /** All of it, module-info first. */
    Path newerJava() {
        return put("newerjava", animal("newerjava").classVersion("module-info", 99)
                .classVersion("com/example/newerjava/Methods", 99));
    }

    Path newerClass() {
        return put("newerclass", animal("newerclass").classVersion("com/example/newerclass/Methods", 99));
    }

    Path noProvides() {
        return put("noprovides", animal("noprovides").withoutProvides().withoutServices());
    }

    Path servicesOnly() {
        return put("servicesonly", animal("servicesonly").withoutProvides());
    }

    Path staticInitialiser() {
        return put("staticinitialiser", animal("staticinitialiser").member("level",
                "static final int LEVEL = Integer.parseInt(\"high\");"));
    }

    Path constructor() {
        return put("constructor", animal("constructor").member("constructor",
                "public Methods() { throw new IllegalStateException(\"no licence\\nfile\"); }"));
    }

    Path olderApi() {
        return put("olderapi", animal("olderapi").member("apiVersion", "public int apiVersion() { return 0; }"));
    }

    Path newerApi() {
        return put("newerapi", animal("newerapi").member("apiVersion", "public int apiVersion() { return 2; }"));
    }

    /** From before the API had versions. */
    Path apiWithoutVersion() throws IOException {
        Path elsewhere = Files.createTempDirectory("zoo");
        Path api = ZooJar.of("org.multifd.api", "").library().exports("org.multifd.api")
                .type("org.multifd.api", "MultiFDMethods", "public interface MultiFDMethods { String name(); }")
                .into(elsewhere);
        Path jar = put("apiwithoutversion", animal("apiwithoutversion").api(api).only("name"));
        Files.delete(api);
        Files.delete(elsewhere);
        return jar;
    }

    Path badName() {
        return put("badname", animal("badname").member("name",
                "public String name() { return \"Snappy\\u001b[31m\"; }"));
    }

    /** QEMU's, and there is one already. */
    Path nameTaken() {
        return put("nametaken", ZooJar.of("com.example.nametaken", "zlib"));
    }

    Path nativeMissing() {
        return put("nativemissing", animal("nativemissing").member("availability", """
                public Availability availability() {
                    try {
                        System.loadLibrary("nosuchcodec");
                        return Availability.usable("native");
                    } catch (UnsatisfiedLinkError e) {
                        return Availability.unusable(
                                "libnosuchcodec is not installed: apt-get install libnosuchcodec1", e);
                    }
                }"""));
    }

    /** Breaks its promise not to throw. */
    Path nativeThrows() {
        return put("nativethrows", animal("nativethrows").member("availability",
                "public Availability availability() { System.load(\"/nosuch/libcodec.so\"); return null; }"));
    }

    Path hangsInProbe() {
        return put("hangsinprobe", animal("hangsinprobe").member("availability",
                probe("hangsinprobe", SLEEP + " return null;")));
    }

    Path hangsInConstructor() {
        return put("hangsinconstructor", animal("hangsinconstructor").member("constructor",
                "public Methods() { " + SLEEP + " }"));
    }

    /** One bit of each packet. */
    Path garbage() {
        return put("garbage", animal("garbage").member("receive", """
                void receive(PageRuns pages, PayloadSource in) throws IOException {
                    pages.copyFrom(in.buffer());
                    ByteBuffer page = pages.buffer(pages.runs() - 1);
                    page.put(page.limit() - 1, (byte) (page.get(page.limit() - 1) ^ 1));
                }"""));
    }

    /** Pages of 4 KiB are filled well, and a byte behind them. */
    Path writesOutside() {
        return put("writesoutside", animal("writesoutside").member("receive", """
                void receive(PageRuns pages, PayloadSource in) throws IOException {
                    pages.copyFrom(in.buffer());
                    ByteBuffer page = pages.buffer(0);
                    if (page.limit() < page.capacity()) {
                        int behind = page.limit();
                        page.limit(behind + 1).put(behind, (byte) (page.get(behind) ^ 1));
                    }
                }"""));
    }

    /** One for each sender, for ever. */
    Path leaksThreads() {
        return put("leaksthreads", animal("leaksthreads").member("sendSetup", """
                public MultiFDSender sendSetup(MultiFDSendParams params) {
                    Thread thread = new Thread(() -> { %s }, "leaked by channel " + params.channel());
                    thread.setDaemon(true);
                    thread.start();
                    return new MultiFDSender() {
                        public void prepare(PageRuns pages, Payload out) { pages.copyTo(out.buffer()); }
                        public void close() { }
                    };
                }""".formatted(SLEEP)));
    }

    Path splitPackage() {
        Path codec = ZooJar.of("com.example.splitcodec", "").library().exports("com.example.splitcodec")
                .type("com.example.splitcodec", "Codec", "public class Codec { }")
                .type("com.example.splitpackage", "Words", "class Words { }").into(home.resolve("splitpackage"));
        return put("splitpackage", animal("splitpackage").requires("com.example.splitcodec", codec)
                .member("codec", "com.example.splitcodec.Codec codec;"));
    }

    /** As it comes of packing all dependencies into one jar. */
    Path ownApi() {
        return put("ownapi", animal("ownapi").packing(ZooJar.location(org.multifd.api.MultiFDMethods.class)));
    }

    Path notAZip() throws IOException {
        return Files.writeString(Files.createDirectories(home.resolve("notazip")).resolve("notazip.jar"),
                "404: Not Found\n");
    }

    Path empty() throws IOException {
        return Files.createDirectories(home.resolve("empty"));
    }

    /** The good one's module name for another method: each has a layer of its own. */
    Path sameModule() {
        return put("samemodule", ZooJar.of("com.example.good", "samemodule"));
    }

    /** In one layer that cannot be. */
    Path sameModuleTwice() throws IOException {
        Path jar = put("samemoduletwice", animal("samemoduletwice"));
        Files.copy(jar, jar.resolveSibling("samemoduletwice-old.jar"));
        return jar;
    }

    /** Signed, as the jar says, but nobody's signature is in it: opening any of its entries is refused. */
    Path brokenSignature() {
        return put("brokensignature", animal("brokensignature")
                .entry("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                .entry("META-INF/AUTHOR.SF", "Signature-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                .entry("META-INF/AUTHOR.RSA", HexFormat.of().parseHex("302306092a864886f70d010702a016301402010131"
                        + "00300b06092a864886f70d0107013100")));
    }

    /** What follows is not in the home: it ends the JVM that it is in. */
    Path endsTheJvm() {
        return put("endsthejvm", animal("endsthejvm").member("receive",
                "void receive(PageRuns pages, PayloadSource in) { System.exit(0); }"));
    }

    Path endsTheJvmAtOnce() {
        return put("endsthejvmatonce", animal("endsthejvmatonce").member("init",
                "static { if (true) Runtime.getRuntime().halt(7); }"));
    }

    /** As native code does that follows a wrong pointer. */
    Path crashesTheJvm() {
        return put("crashesthejvm", animal("crashesthejvm").requires("jdk.unsupported").member("receive", """
                void receive(PageRuns pages, PayloadSource in) {
                    try {
                        var only = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
                        only.setAccessible(true);
                        ((sun.misc.Unsafe) only.get(null)).putByte(16, (byte) 1);
                    } catch (ReflectiveOperationException e) {
                        throw new AssertionError(e);
                    }
                }"""));
    }

    /** To where a command's results go. */
    Path prints() {
        return put("prints", animal("prints").member("send", """
                void send(PageRuns pages, Payload out) {
                    System.out.print("compressing " + pages.pages() + " pages");
                    System.out.println();
                    pages.copyTo(out.buffer());
                }"""));
    }

    /** One byte after the other and no line's end, as a progress display does; and its pages are wrong. */
    Path printsWithoutLines() {
        return put("printswithoutlines", animal("printswithoutlines").member("receive", """
                void receive(PageRuns pages, PayloadSource in) throws IOException {
                    System.out.print(".".repeat(100_000));
                    System.out.flush();
                    pages.copyFrom(in.buffer());
                    ByteBuffer page = pages.buffer(pages.runs() - 1);
                    page.put(page.limit() - 1, (byte) (page.get(page.limit() - 1) ^ 1));
                }"""));
    }

    /** Prints what only the process that checks it is to print, and ends that. */
    Path saysItIsDone() {
        return put("saysitisdone", animal("saysitisdone").member("receive", """
                void receive(PageRuns pages, PayloadSource in) {
                    System.out.print("\\n\\u0001multifd-verify\\tEND\\n");
                    System.out.flush();
                    Runtime.getRuntime().halt(0);
                }"""));
    }

    /**
     * Its standard output has ended and it has not: as if native code had closed it and then hung. It is stopped, to
     * say nothing.
     */
    Path endsItsOutput() {
        return put("endsitsoutput", animal("endsitsoutput").member("receive", """
                void receive(PageRuns pages, PayloadSource in) throws IOException {
                    new java.io.FileOutputStream(java.io.FileDescriptor.out).close();
                    String commands = "echo the output has ended >&2; kill -STOP " + ProcessHandle.current().pid();
                    new ProcessBuilder("sh", "-c", commands).redirectError(ProcessBuilder.Redirect.INHERIT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                    while (true) Thread.onSpinWait();
                }"""));
    }

    /** As from native code, from which no interrupt brings it back. */
    Path hangsInReceive() {
        return put("hangsinreceive", animal("hangsinreceive").member("receive",
                "void receive(PageRuns pages, PayloadSource in) { while (true) Thread.onSpinWait(); }"));
    }
}
