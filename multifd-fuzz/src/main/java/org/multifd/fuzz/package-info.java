/** One class for each place where a peer's bytes are read; each is a fuzzing target and a test of its corpus. */
package org.multifd.fuzz;
