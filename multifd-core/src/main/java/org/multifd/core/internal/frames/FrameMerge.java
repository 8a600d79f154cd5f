package org.multifd.core.internal.frames;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The frames of several logs, by their position in the file. */
final class FrameMerge {

    private record Head(FrameLog log, Frame frame) {
    }

    private final PriorityQueue<Head> heads = new PriorityQueue<>(Comparator.comparingLong((Head head) ->
            head.frame.position));
    private Head given;

    FrameMerge(List<FrameLog> logs, int pageSize) {
        for (FrameLog log : logs) {
            log.again();
            advance(new Head(log, new Frame(pageSize)));
        }
    }

    private void advance(Head head) {
        if (head.log.next(head.frame)) {
            heads.add(head);
        }
    }

    /** The next frame, or null; it is valid until the next call. */
    Frame next() {
        if (given != null) {
            advance(given);
        }
        given = heads.poll();
        return given == null ? null : given.frame;
    }
}
