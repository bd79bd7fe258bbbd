/** Step and file broadcast credentials: the controller signs what node daemons may start, node daemons check it. */
package org.slurmctldj.proto.cred;
