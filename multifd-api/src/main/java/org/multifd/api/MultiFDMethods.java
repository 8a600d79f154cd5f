package org.multifd.api;

import java.util.List;

/**
 * A compression method for multifd migration: the service that a provider module implements, as each method of QEMU
 * fills a {@code MultiFDMethods} structure and hands it to {@code multifd_register_ops}. Here it is registered by
 *
 * <pre>{@code
 * module com.example.multifd.snappy {
 *     requires org.multifd.api;
 *     provides org.multifd.api.MultiFDMethods with com.example.multifd.snappy.SnappyMethods;
 * }
 * }</pre>
 *
 * and, for programs on the class path, by the same class name in
 * {@code META-INF/services/org.multifd.api.MultiFDMethods}. The implementation is a public class with a public
 * constructor without arguments.
 *
 * <p>One instance serves many channels and many migrations at the same time. All that belongs to a channel lives in the
 * {@link MultiFDSender} and {@link MultiFDReceiver} that the set-ups return.
 *
 * <h2>QEMU's operations and their form here</h2>
 * <table>
 * <caption>Both versions of QEMU's structure</caption>
 * <thead>
 * <tr><th scope="col">2019 (QEMU 5.0 to 8.x)</th><th scope="col">2024 (QEMU 9.0 on)</th><th scope="col">here</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>{@code send_setup}</td><td>{@code send_setup}</td><td>{@link #sendSetup}</td></tr>
 * <tr><td>{@code send_cleanup} (with an error)</td><td>{@code send_cleanup} (with an error)</td>
 *     <td>{@link MultiFDSender#close} (may throw)</td></tr>
 * <tr><td>{@code send_prepare}</td><td>{@code send_prepare}</td><td>{@link MultiFDSender#prepare}</td></tr>
 * <tr><td>{@code send_write}</td><td>gone: {@code send_prepare} fills an I/O vector</td>
 *     <td>core writes what {@link Payload} holds</td></tr>
 * <tr><td>{@code recv_setup}</td><td>{@code recv_setup}</td><td>{@link #recvSetup}</td></tr>
 * <tr><td>{@code recv_cleanup} (no error)</td><td>{@code recv_cleanup} (no error)</td>
 *     <td>{@link MultiFDReceiver#close} (throws nothing)</td></tr>
 * <tr><td>{@code recv_pages}</td><td>{@code recv}</td><td>{@link MultiFDReceiver#recv}</td></tr>
 * <tr><td>{@code void *data} (per channel)</td><td>{@code void *compress_data}</td>
 *     <td>the fields of the sender and the receiver</td></tr>
 * <tr><td>{@code multifd_register_ops(type, ops)}</td><td>{@code multifd_register_ops(type, ops)}</td>
 *     <td>{@code provides … with}, or core's {@code MethodRegistry.register}</td></tr>
 * </tbody>
 * </table>
 * Splitting off zero pages, writing and checking headers, marking pages received and bounding every length are core's
 * work here; in QEMU each method does them.
 *
 * <h2>The contract</h2>
 * The conformance kit's tests carry these numbers.
 *
 * <h3>1 Identity and discovery</h3>
 * <dl>
 * <dt>1.1</dt><dd>A name is 1 to 31 characters of {@code [a-z0-9-]} and starts with a letter. {@code none},
 * {@code zlib}, {@code zstd}, {@code qpl}, {@code uadk} and {@code qatzip} mean QEMU's payloads exactly: a provider
 * that takes one of these names can be read by QEMU and reads what QEMU writes.</dd>
 * <dt>1.2</dt><dd>Of two usable providers of one name, the user's explicit choice wins, then the higher
 * {@link #priority}; a tie is an error that names both modules and their jars.</dd>
 * <dt>1.3</dt><dd>Constructing a provider and asking {@link #name}, {@link #apiVersion}, {@link #needsApi},
 * {@link #priority}, {@link #parameters}, {@link #standalone}, {@link #formatVersion} and {@link #readsFormat} does
 * nothing that can fail: no native library, no I/O, no static initialiser that throws.</dd>
 * <dt>1.4</dt><dd>{@link #availability} probes by doing (loads the library, compresses a few bytes), never throws and
 * keeps the cause. It can be asked again, cheaply after the first time.</dd>
 * <dt>1.5</dt><dd>A provider declares the API version it was built for ({@link MultiFDApi#VERSION}), and may declare
 * an older one that is enough ({@link #needsApi}). Core takes providers built for {@link MultiFDApi#OLDEST} or later
 * that need no more than its own version, and refuses any other at load, with both versions in the message.</dd>
 * <dt>1.6</dt><dd>A provider that cannot be loaded neither hides nor stops another one. Errors fatal to the JVM are not
 * swallowed. (Core's side; nothing for a provider to do.)</dd>
 * <dt>1.7</dt><dd>A provider's jar carries both {@code provides} and {@code META-INF/services}, and they agree.</dd>
 * <dt>1.8</dt><dd>A jar without a usable provider is reported, not ignored. (Core's side.)</dd>
 * <dt>1.9</dt><dd>A method's own format has a version from 1 to 65535, {@link #formatVersion}, which it reads itself,
 * {@link #readsFormat}. A payload that an older version of the provider could not decode has a higher one.</dd>
 * </dl>
 *
 * <h3>2 Sending</h3>
 * <dl>
 * <dt>2.1</dt><dd>{@link #sendSetup} is called once per channel and migration, before any packet, on the channel's
 * thread; the object belongs to that thread, which is not left interrupted.</dd>
 * <dt>2.2</dt><dd>{@link MultiFDSender#prepare} gets 1..pageCount pages of one block, as runs of neighbouring pages.
 * Pages that core found to be zero never reach a method; with {@code zero-page-detection} {@code none} it looks for
 * none.</dd>
 * <dt>2.3</dt><dd>The payload has at least 1 byte and at most {@link MultiFDSendParams#payloadLimit}, for <em>any</em>
 * content: incompressible pages too.</dd>
 * <dt>2.4</dt><dd>Page memory is live and may change during {@code prepare}. Every page that did <em>not</em> change
 * while {@code prepare} ran decodes to exactly its bytes, in this packet and in all later ones, whatever its neighbours
 * did. A page that did change may arrive as anything: it is dirty and will be sent again. So a codec never refers back
 * to page memory across a page's edge: copy the pages once ({@link PageRuns#copyTo}), or use a stream that buffers its
 * own input, or end all history at each page. One-shot functions over live memory corrupt unchanged pages in
 * silence.</dd>
 * <dt>2.5</dt><dd>Pages are only read. Buffers handed over are valid until {@code prepare} returns.</dd>
 * <dt>2.6</dt><dd>Every packet can be decoded when it has arrived: nothing of it is held back for a later one. State
 * may span the packets of one channel, in order.</dd>
 * <dt>2.7</dt><dd>If set-up asks for {@link MultiFDParams#standalone} packets, and {@link #standalone} says that the
 * method makes them, a receiver set up the same way decodes each of them alone: in any order, and again. In
 * {@link Standalone#WIRE_FORM} a receiver set up as usual does so too, if it gets no others.</dd>
 * <dt>2.8</dt><dd>{@link MultiFDSender#endOfRound} is called at each SYNC: before the first packet, between packets,
 * and several times in a row. The packets behind it decode as those before it.</dd>
 * <dt>2.9</dt><dd>Any {@link Payload#effort} is legal for any packet, after any other; what was made with one decodes
 * as what was made with another, by the same receiver.</dd>
 * </dl>
 *
 * <h3>3 Receiving</h3>
 * <dl>
 * <dt>3.1</dt><dd>{@link #recvSetup} is called once per channel and migration, before any packet of it is decoded, on
 * the channel's thread, which is not left interrupted; packets of a channel come in order.</dd>
 * <dt>3.2</dt><dd>{@link MultiFDReceiver#recv} fills exactly the pages given from exactly the payload's bytes; less or
 * more on either side is a {@link MultiFDException} that says which.</dd>
 * <dt>3.3</dt><dd>Input is hostile: truncated, corrupted, swapped or random payloads end in a {@link MultiFDException}
 * or, where the format cannot tell, in wrong bytes inside the given pages; never in a crash, a hang, another exception,
 * or a byte written outside the given pages.</dd>
 * <dt>3.4</dt><dd>Memory stays bounded by what set-up was told, whatever the input claims.</dd>
 * <dt>3.5</dt><dd>An {@link java.io.IOException} from {@link PayloadSource} passes through unwrapped.</dd>
 * <dt>3.6</dt><dd>After an exception the object is only closed, never used again.</dd>
 * <dt>3.7</dt><dd>{@link MultiFDReceiver#endOfRound} is called at each SYNC, behind the same packet as the sender's;
 * the packets behind it decode as those before it.</dd>
 * <dt>3.8</dt><dd>What the sender told in its set-up ({@link MultiFDSendParams#tellReceiver}) is there in the
 * receiver's ({@link MultiFDRecvParams#setupMessage}), and as hostile as a payload: missing, truncated, corrupted or
 * random, {@link #recvSetup} takes it or throws a {@link MultiFDException}.</dd>
 * </dl>
 *
 * <h3>4 Life cycle</h3>
 * <dl>
 * <dt>4.1</dt><dd>{@code close} is called exactly once per successful set-up, also after errors, as the last act of the
 * channel's thread; a second call does nothing. It frees native memory at once. A {@code close} that fails is logged:
 * it neither fails the migration, nor masks an earlier error, nor stops the remaining closes.</dd>
 * <dt>4.2</dt><dd>A failed set-up leaves nothing allocated.</dd>
 * <dt>4.3</dt><dd>One provider serves many channels and migrations at the same time.</dd>
 * <dt>4.4</dt><dd>An unloaded provider can be collected: no threads, thread locals or shutdown hooks stay behind.</dd>
 * <dt>4.5</dt><dd>What a migration's channels share ({@link MultiFDParams#shared}) is closed by core alone, once, after
 * the last of them: a sender or receiver that is closed leaves it usable for the others. Its {@code close} may run on
 * any thread.</dd>
 * <dt>4.6</dt><dd>{@link #release} is called once, when the registry is closed or the provider's jar was removed, after
 * the last channel that uses it; afterwards nothing of the provider is called. Other instances of its class do not
 * notice. A {@code release} that fails is logged.</dd>
 * <dt>4.7</dt><dd>What a channel keeps does not grow with its packets. Its two ends together keep at most 128 MiB of
 * heap, a quarter of what the command line's launcher gives.</dd>
 * </dl>
 *
 * <h3>5 Parameters</h3>
 * <dl>
 * <dt>5.1</dt><dd>Parameters are declared ({@link #parameters}) with name, type, the values allowed, a default and one
 * line of help, and named {@code multifd-<method>-…}. Core refuses unknown names and values that are not allowed
 * before set-up.</dd>
 * <dt>5.2</dt><dd>Either end may use any value: parameters never have to match for decoding.</dd>
 * </dl>
 */
public interface MultiFDMethods {

    /**
     * The method's name: the value of the migration parameter {@code multifd-compression}.
     *
     * @return the same name at each call (rule 1.1)
     */
    String name();

    /**
     * The API version that this provider was built for. Abstract on purpose: return {@link MultiFDApi#VERSION}.
     *
     * @return {@link MultiFDApi#VERSION} as it was at the provider's compilation (rule 1.5)
     */
    int apiVersion();

    /**
     * The oldest API version that this provider works with: one that was built for a newer version, and asks
     * {@link MultiFDApi#version()} before it uses what is new, may say an older one.
     *
     * @return a version up to {@link #apiVersion} (rule 1.5)
     */
    default int needsApi() {
        return apiVersion();
    }

    /**
     * Which of two usable providers of one name is taken: the higher one (rule 1.2).
     *
     * @return 0 unless this provider means to replace another
     */
    default int priority() {
        return 0;
    }

    /**
     * Whether the method can work here and now (rule 1.4). May be called by several threads at once.
     *
     * @return the answer, with one line for people
     */
    Availability availability();

    /**
     * The parameters that users can set (rule 5.1).
     *
     * @return an unmodifiable list, the same at each call
     */
    default List<MethodParameter> parameters() {
        return List.of();
    }

    /**
     * Whether the method can make packets that each stand alone (rule 2.7). A method that says so is also asked for
     * packets as usual.
     *
     * @return the same answer at each call
     */
    default Standalone standalone() {
        return Standalone.NEVER;
    }

    /**
     * The version of the payload's format that this provider's senders make (rule 1.9). It is told to the receiver, and
     * compared before the first page, unless the name is one of QEMU's, whose formats have no versions.
     *
     * @return 1 to 65535, the same at each call
     */
    default int formatVersion() {
        return 1;
    }

    /**
     * Whether this provider's receivers decode a version of the format.
     *
     * @param version what the sender's {@link #formatVersion} is
     * @return true for its own version, and for others that it also reads
     */
    default boolean readsFormat(int version) {
        return version == formatVersion();
    }

    /**
     * Makes the compressor of one sending channel: QEMU's {@code send_setup}.
     *
     * @param params what the channel is like, and the parameters' values
     * @return an object that the channel owns and closes
     * @throws MultiFDException if it cannot be made; then nothing stays allocated (rule 4.2)
     */
    MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException;

    /**
     * Makes the decompressor of one receiving channel: QEMU's {@code recv_setup}.
     *
     * @param params what the channel is like, and the parameters' values
     * @return an object that the channel owns and closes
     * @throws MultiFDException if it cannot be made; then nothing stays allocated (rule 4.2)
     */
    MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException;

    /**
     * Frees what the provider itself holds, such as a pool or a native handle (rule 4.6).
     *
     * @throws MultiFDException if something failed; it is logged
     */
    default void release() throws MultiFDException {
    }
}
