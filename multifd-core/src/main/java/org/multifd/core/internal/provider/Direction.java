package org.multifd.core.internal.provider;

import org.multifd.api.Availability;

/** What a provider is looked up for. */
public enum Direction {
    /** To compress, which a provider may be unable to. */
    SEND {
        @Override
        Availability of(Availability answer) {
            return answer.usable() && !answer.canSend()
                    ? Availability.unusable("it can only receive here: " + answer.detail(), answer.cause()) : answer;
        }
    },
    /** To decode. */
    RECEIVE {
        @Override
        Availability of(Availability answer) {
            return answer;
        }
    };

    /** What a provider's answer means in this direction. */
    abstract Availability of(Availability answer);
}
