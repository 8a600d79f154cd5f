package org.multifd.bench.figure;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Median, least and greatest of several measurements of one thing. */
public record Spread(double median, double min, double max) {

    public static Spread of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("received no values, expected at least one");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** Of one figure in each of several iterations' counters. */
    public static Spread of(List<Map<String, Double>> iterations, ToDoubleFunction<Map<String, Double>> figure) {
        return of(iterations.stream().mapToDouble(figure).toArray());
    }
}
