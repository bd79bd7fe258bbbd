package org.slurmctldj.proto.auth;

import java.util.Optional;

/**
 * Who stands behind a message, proven by its credential.
 *
 * @param how the mechanism, as in AuthType: {@code auth/munge}, {@code auth/slurm}
 * @param hashPlugin the body hash the sender used ({@link BodyHash}), for the answer; 0 if it used none
 * @param user more about the user if the credential tells (auth/slurm with use_client_ids)
 * @param host short name of the sender's host if the credential tells (auth/slurm), else null
 */
public record Identity(long uid, long gid, String how, int hashPlugin, Optional<SlurmToken.Identity> user, String host) {}
