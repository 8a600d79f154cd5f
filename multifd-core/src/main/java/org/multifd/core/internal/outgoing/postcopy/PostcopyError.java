package org.multifd.core.internal.outgoing.postcopy;

import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.outgoing.Needs;
import org.multifd.core.internal.outgoing.OutgoingRam;
import org.multifd.core.internal.wire.Text;

/** Says how a postcopy migration ended that did not succeed: where the guest is, why, and what to do. */
final class PostcopyError {

    /** The ping behind the configuration. */
    static final int MACHINE = 1;
    /** The ping behind the advice that postcopy will start. */
    static final int ADVISED = 2;
    /** The ping behind the list of RAM blocks and its discards. */
    static final int LISTED = 3;

    private static final String RECOVER = "enter migrate-recover at its monitor, then repeat this command with "
            + "--resume; do not start the guest anywhere else";

    private final PostcopyEnding ending;
    private final Failure failure;
    private final OutgoingRam ram;

    PostcopyError(PostcopyEnding ending, Failure failure, OutgoingRam ram) {
        this.ending = ending;
        this.failure = failure;
        this.ram = ram;
    }

    MigrationException toMigration() {
        Throwable why = ending.why() == null ? failure.first() : ending.why();
        MigrationException cause = Errors.toMigration(why, Kind.INTERNAL);
        String text = cause.getMessage();
        return switch (ending.state()) {
            case PAUSED -> new MigrationException(Kind.UNKNOWN, (ending.before() == PostcopyState.RECOVERING
                    ? "not resumed: " + text + "; the guest is at the destination as before and waits there"
                    : "the guest is at the destination and waits there for the rest of its RAM (" + text + ")")
                    + ": " + RECOVER, why);
            case UNKNOWN -> new MigrationException(Kind.UNKNOWN, unknown(text), why);
            default -> ending.before() == PostcopyState.SETUP ? refused(cause)
                    : new MigrationException(Kind.PEER, gaveUp(text), why);
        };
    }

    private String unknown(String text) {
        return switch (ending.before()) {
            case PACKAGED -> "the destination did not say whether the guest runs there (" + text + "): if it has ended "
                    + "the guest runs nowhere, see the destination's own message: it needs " + Needs.of(ram).devices()
                    + "; if it says postcopy-paused, " + RECOVER;
            case SENT -> "all was sent, but the destination did not say that it has everything (" + text + "): if its "
                    + "query-migrate says completed, the guest runs there; if it says postcopy-paused, " + RECOVER;
            default -> text + ": check the destination before you start the guest anywhere else";
        };
    }

    private String gaveUp(String text) {
        return "the destination has given up (" + text + "): " + (ending.before() == PostcopyState.PACKAGED
                ? "its guest has not run; it needs " + Needs.of(ram).devices()
                : "its guest is lost; the snapshot is unchanged and can be restored again");
    }

    /** Nothing runs there; how far it came shows what it refused. */
    private MigrationException refused(MigrationException cause) {
        boolean ended = cause.kind() == Kind.PEER && ending.lastPong() > 0 && !cause.getMessage().contains("timeout");
        return !ended ? cause : new MigrationException(Kind.PEER, cause.getMessage()
                + "; see the destination's own message: " + needs(ending.lastPong()), cause);
    }

    private String needs(int pong) {
        return switch (pong) {
            case MACHINE -> "it took the machine type " + Text.oneLine(ram.configuration().machine()) + " and refused "
                    + "postcopy: it needs the capability postcopy-ram, RAM in anonymous or shared memory without huge "
                    + "pages, and userfaultfd (as root, or with sysctl vm.unprivileged_userfaultfd=1)";
            case ADVISED -> "it took the machine type, is able to do postcopy, and needs " + Needs.of(ram).blocks();
            default -> "it took the list of RAM blocks, and nothing of the device state was sent";
        };
    }
}
