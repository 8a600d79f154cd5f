package org.multifd.cli.option;

import java.util.List;
import org.multifd.api.MethodParameter;
import org.multifd.cli.console.ByteSize;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The migration parameters on the command line, under their own names, and those that the methods found declare. */
public final class MigrationOptions {

    @Option(names = "--multifd-channels", paramLabel = "N",
            description = "Connections beside the main one, 1..255 (2).")
    private String channels;

    @Option(names = "--zero-page-detection", paramLabel = "WHERE",
            description = "Where zero pages are told apart: multifd (in the channels), legacy (in the main thread), "
            + "none "
                    + "(multifd; for a snapshot: by the machine type).")
    private String zeroPageDetection;

    @Option(names = "--max-bandwidth", paramLabel = "BYTES",
            description = "Bytes per second over all channels, with K, M or G; 0 for no limit (0).")
    private String maxBandwidth;

    @Option(names = "--checksum", paramLabel = "WHETHER",
            description = "Have a multifd destination compare the checksum of all RAM: on, off (on).")
    private String checksum;

    private final MethodOptions methodOptions = new MethodOptions();

    /** Adds an option for every parameter that a method declares, whether it can be used here or not. */
    public void declare(CommandSpec command, List<MethodParameter> parameters) {
        methodOptions.declare(command, parameters);
    }

    /** What was given, checked as far as it can be without a method. */
    public MigrationParameters.Builder parameters() throws MigrationException {
        MigrationParameters.Builder builder = MigrationParameters.builder();
        Given.set(builder, "multifd-channels", channels);
        Given.set(builder, "zero-page-detection", zeroPageDetection);
        Given.set(builder, "checksum", checksum);
        try {
            if (maxBandwidth != null) {
                builder.set("max-bandwidth", ByteSize.parse("max-bandwidth", maxBandwidth));
            }
            builder.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        methodOptions.set(builder);
        return builder;
    }
}
