/** Figures and how they are shown: spread, machine, table, JSON lines. */
package org.multifd.bench.figure;
