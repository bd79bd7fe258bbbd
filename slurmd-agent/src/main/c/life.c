/* What a script's shepherd and a step's process do alike: leave the agent, hold the lock, leave nothing behind. */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often what ignores SIGKILL for a while (uninterruptible sleep) is looked at again. */
#define LOOK_AGAIN_MS 50
#define LOOK_AGAIN_LATER_MS 1000

void say(const char *text) {
  dprintf(2, "shepherd[%d]: %s\n", (int)getpid(), text);
}

/* Leaves the agent: session, parent, descriptors. The agent's child waits for `ready` and ends with its byte. */
int detach(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) exit(EXIT_SPOOL);
  pid_t pid = fork();
  if (pid < 0) exit(EXIT_SPOOL);
  if (pid > 0) {
    unsigned char code = EXIT_SPOOL;
    close(ends[1]);
    ssize_t got;
    do {
      got = read(ends[0], &code, 1);
    } while (got < 0 && errno == EINTR);
    _exit(got == 1 ? code : EXIT_SPOOL);
  }
  close(ends[0]);
  setsid();
  return ends[1];
}

void tell_parent(int pipe_end, unsigned char code) {
  ssize_t put = write(pipe_end, &code, 1);
  (void)put;
  close(pipe_end);
  if (code != EXIT_READY) exit(code);
}

void settle(int ready, const char *name) {
  /* fcntl locks belong to a process and are not inherited: free means dead */
  int lock = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (lock < 0) tell_parent(ready, EXIT_SPOOL);
  if (fcntl(lock, F_SETLK, &whole) != 0) tell_parent(ready, EXIT_ALREADY_RUNS);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, name);
  write_whole_file("/proc/self/oom_score_adj", "-1000");
}

int block_signals(void) {
  sigset_t wanted;
  sigfillset(&wanted);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signal_everything(const struct spec *spec, int signal) {
  family_signal(signal);
  if (spec->cgroups.count == 0) return;
  if (signal == SIGKILL) signal_cgroups(spec, signal);
  else if (spec->adopts) signal_cgroup(spec->cgroups.item[0], signal);
}

/* Somebody has deleted the spool: there is nobody left to tell. */
int directory_is_gone(void) {
  struct stat here;
  return stat(".", &here) != 0 || here.st_nlink == 0;
}

void record_end(const struct spec *spec, struct outcome *outcome, const char *boot_id) {
  getrusage(RUSAGE_CHILDREN, &outcome->usage);
  read_cgroup_counts(spec, outcome);
  for (int tries = 0; write_exit(outcome, boot_id) != 0 && !directory_is_gone(); tries++) {
    if (tries == 0) say("cannot write the exit file, trying again until it can be written");
    usleep(tries < 10 ? 200000 : 2000000);
  }
}

void out_of_memory_message(const struct spec *spec, struct outcome *outcome) {
  long before = outcome->oom_kills;
  read_cgroup_counts(spec, outcome);
  if (outcome->oom_kills > before) {
    char text[300];
    snprintf(text, sizeof text,
             "Detected %ld oom_kill event%s in StepId=%.60s. Some of the step tasks have been OOM Killed.",
             outcome->oom_kills, outcome->oom_kills == 1 ? "" : "s", spec->step);
    job_message(spec, text);
  }
}

static size_t left(const struct spec *spec) {
  size_t family = family_count();
  return family > 0 || spec->cgroups.count == 0 ? family : signal_cgroups(spec, 0);
}

static void reap_strangers(void) {
  while (waitpid(-1, NULL, WNOHANG) > 0) continue;
}

void kill_leftovers(const struct spec *spec, void (*ended)(void)) {
  if (left(spec) > 0) {
    signal_everything(spec, SIGKILL);
    reap_strangers();
    for (int i = 0; left(spec) > 0; i++) {
      if (i == 4) ended();
      usleep((i < 40 ? LOOK_AGAIN_MS : LOOK_AGAIN_LATER_MS) * (i == 0 ? 100 : 1000));
      signal_everything(spec, SIGKILL);
      reap_strangers();
    }
  }
  reap_strangers();
}
