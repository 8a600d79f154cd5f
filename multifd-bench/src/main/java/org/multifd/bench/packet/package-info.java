/** Micro-benchmarks: the packet path of each method beside its bare codec, and the search for zero pages. */
package org.multifd.bench.packet;
