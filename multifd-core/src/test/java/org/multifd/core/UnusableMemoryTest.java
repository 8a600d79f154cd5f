package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.core.MigrationException.Kind;

/** Memory of the embedding program that cannot be used: it is named as such, and no method has seen it. */
@Timeout(120)
class UnusableMemoryTest {

    private static final int LENGTH = 2 << 20;

    @TempDir
    Path directory;

    /** What is wrong with the memory. Arenas are there from Java 22 on, and an open one is as good as any. */
    enum Memory {
        CLOSED("Already closed; give memory that every thread can use until the migration has ended, such as a shared "
                + "arena's"),
        CONFINED("Attempted access outside owning thread; give memory that every thread can use until the migration "
                + "has ended, such as a shared arena's"),
        READ_ONLY("it is read-only, expected memory that can be written");

        final String words;

        Memory(String words) {
            this.words = words;
        }

        /** Memory that is as it says once it is described. */
        GuestRam of(Function<ByteBuffer, GuestRam> use)
                throws ReflectiveOperationException {
            if (this == READ_ONLY) {
                return use.apply(ByteBuffer.allocateDirect(LENGTH).asReadOnlyBuffer());
            }
            assumeTrue(Runtime.version().feature() >= 22, "arenas");
            Class<?> type = Class.forName("java.lang.foreign.Arena");
            Object arena = type.getMethod(this == CLOSED ? "ofShared" : "ofConfined").invoke(null);
            Object segment = type.getMethod("allocate", long.class).invoke(arena, (long) LENGTH);
            GuestRam ram = use.apply((ByteBuffer) Class.forName("java.lang.foreign.MemorySegment")
                    .getMethod("asByteBuffer").invoke(segment));
            if (this == CLOSED) {
                type.getMethod("close").invoke(arena);
            }
            return ram;
        }
    }

    /** Where it is used. */
    enum End {
        SOURCE, SOURCE_WITHOUT_ZERO_PAGES, SOURCE_INTO_FILE, DESTINATION, DESTINATION_MAIN, DESTINATION_FROM_FILE;

        boolean writes() {
            return name().startsWith("DESTINATION");
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(End.values()).flatMap(end -> Stream.of(Memory.values())
                .filter(memory -> memory != Memory.READ_ONLY || end.writes() && end != End.DESTINATION_MAIN)
                .map(memory -> Arguments.of(end, memory)));
    }

    private static GuestRam ram(ByteBuffer memory) {
        return GuestRam.builder(4096).block("block0", memory).build();
    }

    /** Counts what reaches it: it may be native code, which would end the JVM. */
    private final class Counting extends PlainMethod {

        Counting() {
            super("plain");
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            MultiFDSender plain = super.sendSetup(params);
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                    seen.incrementAndGet();
                    plain.prepare(pages, out);
                }

                @Override
                public void close() throws MultiFDException {
                    plain.close();
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            MultiFDReceiver plain = super.recvSetup(params);
            return new MultiFDReceiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    seen.incrementAndGet();
                    plain.recv(pages, in);
                }

                @Override
                public void close() {
                    plain.close();
                }
            };
        }
    }

    private final AtomicInteger seen = new AtomicInteger();

    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeNamedBeforeAMethodSeesIt(End end, Memory memory) throws Exception {
        GuestRam unusable = memory.of(UnusableMemoryTest::ram);
        MigrationException told = switch (end) {
            case SOURCE_INTO_FILE -> intoFile(unusable);
            case DESTINATION_FROM_FILE -> fromFile(unusable);
            default -> between(end, unusable);
        };
        String place = switch (end) {
            case SOURCE_INTO_FILE, DESTINATION_FROM_FILE -> "";
            case DESTINATION_MAIN -> "main channel: ";
            default -> "channel [01], packet [0-9]+: ";
        };
        String words = "the memory of RAM block \"block0\" cannot be used: " + memory.words;
        assertTrue(told.getMessage().matches(place + "\\Q" + words + "\\E"), told.getMessage());
        assertEquals(Kind.USAGE, told.kind());
        assertEquals(0, seen.get(), "calls of the method with that memory");
    }

    private MigrationException between(End end, GuestRam unusable) throws Exception {
        boolean zeros = end == End.DESTINATION_MAIN;
        TestGuest guest = end.writes() ? new TestGuest(TestGuest.ram(4096, LENGTH), 3, new byte[0], !zeros)
                : new TestGuest(unusable, 3, new byte[0], false);
        try (Pair pair = new Pair(guest)) {
            if (end.writes()) {
                pair.destinationMethods = MethodRegistry.of(new Counting());
                pair.supplier = RamSupplier.into(unusable);
            } else {
                pair.sourceMethods = MethodRegistry.of(new Counting());
            }
            if (zeros) {
                pair.source.set("zero-page-detection", "legacy");
            } else if (end == End.SOURCE_WITHOUT_ZERO_PAGES) {
                pair.source.set("zero-page-detection", "none");
            }
            pair.run();
            return end.writes() ? pair.destinationError : pair.sourceError;
        }
    }

    private MigrationException intoFile(GuestRam unusable) {
        try (TestGuest guest = new TestGuest(unusable, 3, new byte[0], false)) {
            new MigrationSource(MethodRegistry.of(), MigrationParameters.defaults(), unusable, guest.log, guest)
                    .migrate("file:" + directory.resolve("snapshot"));
            return null;
        } catch (MigrationException e) {
            return e;
        }
    }

    private MigrationException fromFile(GuestRam unusable) throws Exception {
        String file = "file:" + directory.resolve("snapshot");
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, LENGTH), 3, new byte[0])) {
            new MigrationSource(MethodRegistry.of(), MigrationParameters.defaults(), guest.ram, guest.log, guest)
                    .migrate(file);
        }
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.of(),
                MigrationParameters.defaults(), RamSupplier.into(unusable))) {
            destination.listen(file);
            destination.receive();
            return null;
        } catch (MigrationException e) {
            return e;
        }
    }
}
