package org.multifd.cli.verify;

import java.util.List;

/**
 * What the user tells the kit; passed to the examiner's process as arguments.
 *
 * @param seed where random pages and payloads come from
 * @param deadlineSeconds how long one step may take
 * @param packets of the long run; 0 for the kit's own number within the budget
 * @param budgetSeconds how long the repetitions of one rule may go on
 */
public record KitSettings(long seed, int deadlineSeconds, int packets, int budgetSeconds) {

    /** How many arguments there are. */
    static final int ARGUMENTS = 4;

    List<String> arguments() {
        return List.of(Long.toString(seed), Integer.toString(deadlineSeconds), Integer.toString(packets),
                Integer.toString(budgetSeconds));
    }

    static KitSettings parse(List<String> arguments) {
        return new KitSettings(Long.parseLong(arguments.get(0)), Integer.parseInt(arguments.get(1)),
                Integer.parseInt(arguments.get(2)), Integer.parseInt(arguments.get(3)));
    }
}
