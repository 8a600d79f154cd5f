/** A method with its level, and the bare codec that it is compared with. */
package org.multifd.bench.method;
