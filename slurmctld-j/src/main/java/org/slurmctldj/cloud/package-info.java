/**
 * Cloud capacity: provisioning of node groups and the clouds it is bought from. Follows the applied state and changes it by
 * commands only; a cloud's answer never makes the core wait.
 */
package org.slurmctldj.cloud;
