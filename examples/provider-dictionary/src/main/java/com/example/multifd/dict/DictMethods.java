package com.example.multifd.dict;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;

/**
 * The method {@code dict}: each packet is deflated on its own, and both ends begin with a dictionary, of which the user
 * names the file at the source. All channels share it, and each sender tells it to its receiver, which needs no file.
 */
public final class DictMethods implements MultiFDMethods {

    static final String FILE = "multifd-dict-file";
    static final String LEVEL = "multifd-dict-level";

    private static final List<MethodParameter> PARAMETERS = List.of(
            MethodParameter.path(FILE, "the dictionary, of which the last 32 KiB count; at the source alone"),
            MethodParameter.integer(LEVEL, 1, 9, 1, "deflate's level: 1 is the fastest, 9 the smallest"));

    private final Path usual;

    /** Made by the service loader. */
    public DictMethods() {
        this(null);
    }

    /** @param usual the dictionary where the user names none, or null */
    DictMethods(Path usual) {
        this.usual = usual;
    }

    @Override
    public String name() {
        return "dict";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("java.util.zip of Java " + Runtime.version());
    }

    @Override
    public List<MethodParameter> parameters() {
        return PARAMETERS;
    }

    /** A later layout of the payload or of the set-up message gets the next number. */
    @Override
    public int formatVersion() {
        return 1;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        Path given = params.path(FILE);
        Path file = given == null ? usual : given;
        int level = params.parameter(LEVEL);
        if (file == null) {
            return new DictSender(level, null);
        }
        Dictionary dictionary = params.shared(Dictionary.class, () -> Dictionary.read(file));
        params.tellReceiver(ByteBuffer.wrap(dictionary.bytes()));
        return new DictSender(level, dictionary.bytes());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        ByteBuffer told = params.setupMessage();
        return new DictReceiver(told == null ? null : Dictionary.told(told).bytes());
    }
}
