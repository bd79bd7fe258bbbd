package org.slurmctldj.proto.slurm;

/**
 * The body of a message. Which message is said beside it ({@link MessageType}): several messages share a body, such as
 * {@code JobDescMsg} for submission, allocation and update.
 */
public interface SlurmBody extends SlurmStruct {}
