package org.multifd.core.internal.migration;

import java.util.concurrent.Callable;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.wire.Text;

/** A call of the embedding program's code: whatever it throws fails the migration in that call's name. */
public final class Callback {

    /** Code that returns nothing. */
    @FunctionalInterface
    public interface Action {

        /** Runs it. */
        void run() throws Exception;
    }

    private Callback() {
    }

    /**
     * Has the program answer.
     *
     * @param failed what did not succeed if it throws: the beginning of the message
     * @param call the call's name, if it gives null
     */
    public static <T> T answer(String failed, String call, Callable<T> code) throws MigrationException {
        T answer;
        try {
            answer = code.call();
        } catch (MigrationException e) {
            throw e; // what the program wants to be told
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Errors.interrupted(e);
        } catch (Throwable e) { // a program may throw anything
            Failures.passFatal(e);
            throw new MigrationException(Kind.INTERNAL, failed + ": " + Text.thrown(e), e);
        }
        if (answer == null) {
            throw new MigrationException(Kind.INTERNAL, failed + ": " + call + " returned null");
        }
        return answer;
    }

    /** Has the program do something. */
    public static void run(String failed, Action code) throws MigrationException {
        answer(failed, "", () -> {
            code.run();
            return true;
        });
    }

}
