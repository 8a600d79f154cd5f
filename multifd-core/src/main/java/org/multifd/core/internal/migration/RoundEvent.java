package org.multifd.core.internal.migration;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One round of a migration at its source. */
@Name("org.multifd.Round")
@Label("Multifd Round")
@Description("One round over the pages that are left to send")
@Category("Multifd")
@StackTrace(false)
public final class RoundEvent extends Event {

    @Label("Round")
    public int round;
    @Label("Pages")
    public long pages;
    @Label("Last")
    public boolean last;
}
