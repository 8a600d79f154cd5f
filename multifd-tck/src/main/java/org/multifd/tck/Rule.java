package org.multifd.tck;

/**
 * The contract's rules, with {@link org.multifd.api.MultiFDMethods}' numbers. Three are core's side and nothing that a
 * provider could break: {@link #RULE_1_2}, {@link #RULE_1_6} and {@link #RULE_1_8}.
 */
public enum Rule {
    /**
     * The name's grammar; for {@code none} and {@code zlib}, and with an oracle, also that it means QEMU's payloads.
     */
    RULE_1_1("1.1", "name keeps to the grammar"),
    /** Core's side: which of two providers of one name is taken. */
    RULE_1_2("1.2", "one provider of a name is taken", true),
    /** Construct, name, apiVersion, priority and parameters: no failure, no native library, the same answers again. */
    RULE_1_3("1.3", "constructing and naming do nothing that fails"),
    /** Asked again and again, throws nothing, has a line for people; a usable method can be set up. */
    RULE_1_4("1.4", "availability is an answer and never thrown"),
    /** The version is one that goes with this API. */
    RULE_1_5("1.5", "api version goes with this api"),
    /** Core's side: a broken provider stops no other one. */
    RULE_1_6("1.6", "broken provider stops no other", true),
    /**
     * module-info and META-INF/services beside the provider's class name the same classes, which can be constructed.
     */
    RULE_1_7("1.7", "provides and services agree"),
    /** Core's side: a jar without a provider is reported. */
    RULE_1_8("1.8", "jar without a provider is reported", true),
    /** The number, the same again, and that it reads its own. */
    RULE_1_9("1.9", "format version is told and read"),

    /** Set up on one thread, used on a second, closed on a third. */
    RULE_2_1("2.1", "sender moves to its channels thread"),
    /** 1 to pageCount pages of 4, 16 and 64 KiB, lying in every way; read back by the receiver and the oracle. */
    RULE_2_2("2.2", "every legal packet is taken"),
    /** Noise and constants, full packets and single pages, with each set of parameters. */
    RULE_2_3("2.3", "incompressible pages fit the payload limit"),
    /** Every other page is written to while prepare runs; the others arrive exact, in this packet and in later ones. */
    RULE_2_4("2.4", "unchanged pages arrive exact whatever their neighbours did"),
    /** No byte around or in the pages is written, copyFrom is not called, nothing is used after prepare returned. */
    RULE_2_5("2.5", "pages are only read"),
    /** Each packet is read back before the next one is made; page memory is overwritten in between. */
    RULE_2_6("2.6", "every packet decodes when it has arrived"),
    /** Packets in any order and again, by one receiver; in the wire's form also by one that was not told. */
    RULE_2_7("2.7", "packets stand alone if asked to"),
    /** The end of a round is told before the first packet, between packets and twice in a row. */
    RULE_2_8("2.8", "rounds end at the sender"),
    /** Each effort after each other; the same receiver decodes all. */
    RULE_2_9("2.9", "any effort is taken"),

    /** Set up on one thread, used on a second, closed on a third. */
    RULE_3_1("3.1", "receiver moves to its channels thread"),
    /** Pages lying in every way; half a payload, two, for a page more, for a page less; no byte beyond its end. */
    RULE_3_2("3.2", "pages and payload are used up exactly"),
    /** Thousands of payloads: truncated, flipped, random, swapped, spliced, extended, claiming, and the subject's. */
    RULE_3_3("3.3", "hostile payloads end in a multifd exception"),
    /** Heap, direct buffers and native memory after payloads that claim much: below 64 MiB. */
    RULE_3_4("3.4", "memory stays bounded whatever the input claims"),
    /** The very IOException of the source comes out of recv. */
    RULE_3_5("3.5", "io exceptions pass unwrapped"),
    /** A receiver that threw can be closed, and no other one notices. */
    RULE_3_6("3.6", "after an exception close still works"),
    /** As 2.8, at the receiver. */
    RULE_3_7("3.7", "rounds end at the receiver"),
    /** Without the message, cut, changed, random and longer. */
    RULE_3_8("3.8", "set up messages are hostile"),

    /** Closing again does nothing; heap, direct buffers and native memory do not grow over set-ups and closes. */
    RULE_4_1("4.1", "close is idempotent and frees at once"),
    /** Each question that a set-up asks core fails in turn; memory does not grow. */
    RULE_4_2("4.2", "failed set up leaves nothing allocated"),
    /** Two channels in turn, then four on four threads, all of one provider. */
    RULE_4_3("4.3", "one provider serves many channels at once"),
    /** No thread is left, and the class loader of a second copy can be collected. */
    RULE_4_4("4.4", "nothing stays behind"),
    /** One channel is closed before another one goes on; then what they share is closed. */
    RULE_4_5("4.5", "what channels share outlives each of them"),
    /** One instance is released while another one works. */
    RULE_4_6("4.6", "release frees one instance alone"),
    /** The heap that a channel keeps is below 128 MiB, and memory of no kind grows with its packets. */
    RULE_4_7("4.7", "what a channel keeps is bounded"),

    /** Names, help and ranges; a set-up with each set of values; none that was not declared is asked for. */
    RULE_5_1("5.1", "parameters are declared properly"),
    /** Each set of values for sending with each one for receiving. */
    RULE_5_2("5.2", "parameters never have to match");

    private final String number;
    private final String title;
    private final boolean coresSide;

    Rule(String number, String title) {
        this(number, title, false);
    }

    Rule(String number, String title, boolean coresSide) {
        this.number = number;
        this.title = title;
        this.coresSide = coresSide;
    }

    /**
     * The rule's number in the contract.
     *
     * @return as in 2.3
     */
    public String number() {
        return number;
    }

    /**
     * The rule in a few words.
     *
     * @return lower case, no full stop
     */
    public String title() {
        return title;
    }

    /**
     * Whether the rule binds core alone, so that no provider can break it.
     *
     * @return true for those that no test of a provider can check
     */
    public boolean coresSide() {
        return coresSide;
    }
}
