package org.multifd.api;

/**
 * What one receiving channel is like: given to {@link MultiFDMethods#recvSetup}. Named as QEMU's structure. Values of
 * parameters never have to match the sender's (rule 5.2).
 */
public interface MultiFDRecvParams extends MultiFDParams {
}
