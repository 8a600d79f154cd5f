package org.multifd.fuzz;

import java.util.function.Predicate;

/** The fuzzing targets. */
enum Target {
    PACKET(PacketTarget.class, PacketTarget::check),
    MAIN_STREAM(MainStreamTarget.class, MainStreamTarget::check),
    RETURN_PATH(ReturnPathTarget.class, ReturnPathTarget::check),
    NEGOTIATION(NegotiationTarget.class, NegotiationTarget::check),
    MAPPED_RAM(MappedRamTarget.class, MappedRamTarget::check),
    FRAMES(FramesTarget.class, FramesTarget::check),
    NONE(NoneTarget.class, NoneTarget::check),
    ZLIB(ZlibTarget.class, ZlibTarget::check),
    ZSTD(ZstdTarget.class, ZstdTarget::check),
    LZ4(Lz4Target.class, Lz4Target::check);

    private final Class<?> type;
    private final Predicate<byte[]> accepts;

    Target(Class<?> type, Predicate<byte[]> accepts) {
        this.type = type;
        this.accepts = accepts;
    }

    /** Its class's name, by which Jazzer and the directories know it. */
    String type() {
        return type.getSimpleName();
    }

    /** Whether the bytes are valid; what must hold in any case is checked meanwhile. */
    boolean accepts(byte[] bytes) {
        return accepts.test(bytes);
    }
}
