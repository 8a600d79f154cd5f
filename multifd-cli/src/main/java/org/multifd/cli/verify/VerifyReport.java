package org.multifd.cli.verify;

import java.util.List;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;

/** How the rules' results are shown while they come, and what came of them. */
public interface VerifyReport {

    /** Something in a path could not be loaded. */
    void problem(String path, String message);

    /** A rule is being checked for so long. */
    void checking(Verdict verdict, Rule rule, double seconds);

    /** A rule takes its time: what is being tried. */
    void progress(String line);

    /** What came of a rule, also once more if it was found broken later. */
    void result(Verdict verdict, RuleResult result, double seconds);

    /** A provider is done. */
    void verdict(Verdict verdict, long seed);

    /** All is done. */
    void summary(List<Verdict> verdicts, int problems);
}
