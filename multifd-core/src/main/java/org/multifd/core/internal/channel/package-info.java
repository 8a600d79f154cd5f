/** One thread per multifd channel, sending and receiving, and the barrier that keeps rounds apart. */
package org.multifd.core.internal.channel;
