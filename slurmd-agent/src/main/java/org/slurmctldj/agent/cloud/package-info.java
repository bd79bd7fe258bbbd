/** The agent on a cloud's instance: how it learns who it is and becomes a node before it runs like any other. */
package org.slurmctldj.agent.cloud;
