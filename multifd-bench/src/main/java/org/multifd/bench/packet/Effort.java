package org.multifd.bench.packet;

import org.openjdk.jmh.runner.options.TimeValue;

/** How long it all takes. A round is one fork of each case, so that a case's forks lie minutes apart. */
public record Effort(int rounds, int warmups, TimeValue warmup, int iterations, TimeValue iteration, int imageMebibytes,
        int scanMebibytes) {

    public static final Effort FULL = new Effort(3, 2, TimeValue.milliseconds(500), 3, TimeValue.milliseconds(700), 32,
            128);

    /** Shows that everything works; its figures are not worth keeping. */
    public static final Effort QUICK = new Effort(1, 1, TimeValue.milliseconds(100), 2, TimeValue.milliseconds(200), 4,
            16);

    public Effort withRounds(int number) {
        return new Effort(number, warmups, warmup, iterations, iteration, imageMebibytes, scanMebibytes);
    }

    public Effort withImage(int mebibytes) {
        return new Effort(rounds, warmups, warmup, iterations, iteration, mebibytes, scanMebibytes);
    }
}
