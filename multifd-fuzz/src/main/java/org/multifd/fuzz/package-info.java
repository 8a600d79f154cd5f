/** One class for each place where a stranger's bytes are read; each is a fuzzing target and a test of its corpus. */
package org.multifd.fuzz;
