/** Benchmarks: each method's packet path beside its bare codec, and the zero page scan beside what memory allows. */
package org.multifd.bench;

