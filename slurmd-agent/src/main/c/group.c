/* The job's control groups: the agent names the directories (v1: one a controller, v2: one), this makes and uses them. */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_path(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    int bad = mkdir(path, 0755) != 0 && errno != EEXIST && errno != EROFS;
    *slash = '/';
    if (bad) return -1;
  }
  return mkdir(path, 0755) != 0 && errno != EEXIST ? -1 : 0;
}

int make_cgroups(const struct spec *spec, char *why, size_t why_size) {
  for (size_t i = 0; i < spec->cgroups.count; i++) {
    int made = -1;
    /* another job's end may remove an empty parent (uid_...) in between */
    for (int tries = 0; made != 0 && tries < 20; tries++) {
      made = make_path(spec->cgroups.item[i]);
      if (made != 0 && errno != ENOENT) break;
    }
    if (made != 0) {
      snprintf(why, why_size, "cannot make %.300s: %s", spec->cgroups.item[i], strerror(errno));
      return -1;
    }
  }
  for (size_t i = 0; i < spec->write_count; i++) {
    if (write_whole_file(spec->writes[i].file, spec->writes[i].value) != 0) {
      snprintf(why, why_size, "cannot write %.60s to %.300s: %s", spec->writes[i].value, spec->writes[i].file,
               strerror(errno));
      return -1;
    }
  }
  return 0;
}

int join_cgroups(const struct spec *spec, char *why, size_t why_size) {
  for (size_t i = 0; i < spec->cgroups.count; i++) {
    char file[4200];
    snprintf(file, sizeof file, "%s/cgroup.procs", spec->cgroups.item[i]);
    if (write_whole_file(file, "0") != 0) {
      snprintf(why, why_size, "cannot join %.300s: %s", spec->cgroups.item[i], strerror(errno));
      return -1;
    }
  }
  return 0;
}

size_t signal_cgroup(const char *group, int signal) {
  char file[4200];
  size_t found = 0;
  snprintf(file, sizeof file, "%s/cgroup.procs", group);
  FILE *procs = fopen(file, "re");
  if (procs == NULL) return 0;
  for (int pid; fscanf(procs, "%d", &pid) == 1;) {
    if (pid <= 1 || pid == (int)getpid()) continue;
    found++;
    if (signal != 0) kill((pid_t)pid, signal);
  }
  fclose(procs);
  return found;
}

/* Those in the groups, other than this process; a second net beside the family. */
size_t signal_cgroups(const struct spec *spec, int signal) {
  size_t found = 0;
  for (size_t i = 0; i < spec->cgroups.count; i++) found += signal_cgroup(spec->cgroups.item[i], signal);
  return found;
}

/* The job's own directory and those above it that are empty now: uid_..., slurm. The kernel refuses one in use. */
void remove_cgroups(const struct spec *spec) {
  for (size_t i = 0; i < spec->cgroups.count; i++) {
    char *path = spec->cgroups.item[i];
    if (rmdir(path) != 0) continue;
    /* step_batch, job_12, uid_1000: never the controller's own root */
    for (int up = 0; up < 2; up++) {
      char *slash = strrchr(path, '/');
      if (slash == NULL || slash == path) break;
      *slash = '\0';
      if (rmdir(path) != 0) break;
    }
  }
}

void read_cgroup_counts(const struct spec *spec, struct outcome *outcome) {
  char line[256];
  if (spec->oom_file != NULL) {
    FILE *file = fopen(spec->oom_file, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
      long kills;
      if (sscanf(line, "oom_kill %ld", &kills) == 1) outcome->oom_kills = kills;
    }
    if (file != NULL) fclose(file);
  }
  if (spec->peak_file != NULL) {
    FILE *file = fopen(spec->peak_file, "re");
    long long bytes;
    if (file != NULL && fscanf(file, "%lld", &bytes) == 1) outcome->peak_kb = bytes / 1024;
    if (file != NULL) fclose(file);
  }
}
