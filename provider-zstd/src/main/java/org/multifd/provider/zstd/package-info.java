/**
 * QEMU's method {@code zstd}, by zstd-jni.
 *
 * <h2>What is sent, and why</h2>
 * QEMU sends one frame without end for each channel and flushes it after each packet; it accepts one whole frame for
 * each packet as well. Measured on packets of 128 pages in one run, MB/s of processor time on one core (median of 9,
 * smallest to largest) and ratio, Java 17, AMD EPYC, other work on the machine. <em>Mixed</em> is 32 MiB of text,
 * code, pointers, sparse pages and noise; <em>guest</em> is the memory of a small recorded guest.
 * <table>
 * <caption>One stream, or one frame for each packet</caption>
 * <thead>
 * <tr><th scope="col">pages, level</th><th scope="col">one stream, flushed</th>
 *     <th scope="col">frame from a private copy</th>
 *     <th scope="col">frame through zstd's input buffer</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>mixed, 1, compress</td><td>447 (383-472), 2.98</td><td>475 (450-482), 2.93</td>
 *     <td>469 (381-481), 2.93</td></tr>
 * <tr><td>mixed, 1, decompress</td><td>1383 (1248-1429)</td><td>1436 (1330-1471)</td>
 *     <td>1446 (1375-1474)</td></tr>
 * <tr><td>guest, 1, compress</td><td>505 (452-541), 2.41</td><td>534 (424-558), 2.39</td>
 *     <td>530 (468-564), 2.39</td></tr>
 * <tr><td>guest, 1, decompress</td><td>1504 (1337-1585)</td><td>1564 (1387-1668)</td>
 *     <td>1556 (1476-1666)</td></tr>
 * <tr><td>mixed, 3, compress</td><td>230 (146-267), 3.26</td><td>314 (251-344), 3.14</td>
 *     <td>327 (292-350), 3.12</td></tr>
 * <tr><td>mixed, 3, decompress</td><td>1265 (817-1366)</td><td>1410 (947-1462)</td>
 *     <td>1384 (1234-1469)</td></tr>
 * <tr><td>mixed, 9, compress</td><td>63 (59-66), 3.50</td><td>91 (81-95), 3.26</td>
 *     <td>92 (86-96), 3.25</td></tr>
 * <tr><td>mixed, 9, decompress</td><td>1345 (1063-1473)</td><td>1584 (1570-1602)</td>
 *     <td>1601 (1414-1626)</td></tr>
 * </tbody>
 * </table>
 * Frames are 5 % faster both ways at level 1 for 2 % more bytes, and 35 to 45 % faster to make at levels 3 and 9 for 4
 * and 7 % more. They need a window of one packet where a stream's grows to 32 MiB at level 20, on both ends. So frames
 * are sent. The private copy that provider-contract 2.4 asks for is made by zstd, into the input buffer of its
 * streaming functions: as fast as a copy in a direct buffer (noise aside: 3.4 instead of 4.5 GB/s), and closing the
 * context frees it at once.
 *
 * <p>These are figures of large packets. Packets up to 32 KiB have little history in a frame of their own, so that up
 * to 64 of them can be one frame, with a window of 512 KiB. Each time the first 8 are compressed both ways.
 *
 * <p>zstd's own parameters for a level are left alone. A minimum match of 6 bytes at level 1 made 2 % fewer bytes and
 * was 2 to 15 % slower; larger hash tables did no better.
 */
package org.multifd.provider.zstd;
