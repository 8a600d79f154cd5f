package org.multifd.core.internal.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.wire.Text;

/** The words for a method that no provider serves: why, what is there instead, and what to do. */
final class NoMethod {

    private NoMethod() {
    }

    /**
     * Explains it in one line.
     *
     * @param named whether any provider has the name
     * @param all every provider, for the direction that is asked for
     * @param advice what a user can do who named a method that is not there
     */
    static String explain(String name, Candidates candidates, boolean named, List<ProviderStatus> all,
            List<MigrationException> problems, Supplier<String> advice) {
        StringBuilder text = new StringBuilder("method ").append(Text.oneLine(name)).append(": ")
                .append(candidates.whyNone(Origin::toString));
        List<String> usable = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        for (ProviderStatus each : all) {
            String other = each.provider().name();
            if (each.availability().usable() && each.lost().isEmpty()) {
                usable.add(other);
            } else if (!each.availability().usable() && !other.equals(name)) {
                unusable.add(other + " (" + each.provider().origin().label() + ": " + each.availability().detail()
                        + ")");
            }
        }
        // One mistake in three letters is a slip, more is another word.
        String meant = EditDistance.nearest(name, usable, Math.max(1, name.length() / 3));
        if (meant != null && !named) {
            text.append(" (did you mean ").append(meant).append("?)");
        }
        text.append("; usable: ").append(usable.isEmpty() ? "nothing" : String.join(", ", usable));
        if (!unusable.isEmpty()) {
            text.append("; unusable: ").append(String.join(", ", unusable));
        }
        for (MigrationException each : problems) {
            text.append("; failed to load: ").append(each.getMessage());
        }
        boolean perhapsBroken = !named && !problems.isEmpty();
        return text.append(perhapsBroken ? "; mend what failed to load, or " : "; ").append(candidates.remedy(advice))
                .toString();
    }
}
