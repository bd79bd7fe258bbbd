package org.slurmctldj.agent.step;

import java.util.Arrays;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.SlurmError;

/** Whose step it is. */
record StepUser(long uid, long gid, String name, long[] groups) {
  /** From what the controller has signed; the node's own user database fills what that leaves out. May block on it. */
  static StepUser of(Identity id) throws StepRefusal {
    String name = id.pwName() == null ? "" : id.pwName();
    if (name.isEmpty()) {
      name =
          UserDatabase.userById(id.uid())
              .map(UserDatabase.User::name)
              .orElseThrow(
                  () -> new StepRefusal(SlurmError.ESLURM_USER_ID_MISSING, "uid " + id.uid() + " is not known on this node"));
    }
    long[] groups = id.gids().length > 0 ? id.gids() : UserDatabase.groupList(name, id.gid());
    return new StepUser(id.uid(), id.gid(), name, groups);
  }

  String groupsText() {
    StringBuilder out = new StringBuilder();
    Arrays.stream(groups).forEach(g -> out.append(out.isEmpty() ? "" : ",").append(g));
    return out.toString();
  }
}
