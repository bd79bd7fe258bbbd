/* The shepherd's life: on its own, the script started, orders and deaths served, the end written down. */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often what ignores SIGKILL for a while (uninterruptible sleep) is looked at again. */
#define LOOK_AGAIN_MS 50
#define LOOK_AGAIN_LATER_MS 1000

static struct spec spec;
static struct outcome outcome = {.failure = "NONE"};
static struct control control;
static char boot_id[64];
static int running, told_end, message_written;
static int64_t kill_at; /* SIGKILL everything at this time; 0: not asked */

static void say(const char *text) {
  dprintf(2, "shepherd[%d]: %s\n", (int)getpid(), text);
}

static void signal_all(int signal) {
  family_signal(signal);
  if (spec.cgroups.count > 0 && signal == SIGKILL) signal_cgroups(&spec, signal);
}

static void message_once(const char *text) {
  if (text == NULL || *text == '\0' || message_written) return;
  message_written = 1;
  job_message(&spec, text);
}

static void obey(const struct order *order) {
  if (order->kind == ORDER_SIGNAL) {
    message_once(order->message);
    if (order->script_only) {
      if (running) kill(outcome.script, order->signal);
    } else {
      signal_all(order->signal);
    }
    return;
  }
  message_once(order->message);
  int64_t at = order->at_once ? now_ms() : now_ms() + (order->kill_wait_ms > 0 ? order->kill_wait_ms : 0);
  if (kill_at == 0 && !order->at_once) {
    signal_all(SIGCONT);
    signal_all(SIGTERM);
  }
  if (kill_at == 0 || at < kill_at) kill_at = at;
}

/* Collects the dead; true when the script was among them. */
static int reap(void) {
  int script_ended = 0, status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid == outcome.script && running) {
      running = 0;
      script_ended = 1;
      outcome.wait_status = status;
      outcome.end_ms = now_ms();
    }
  }
  return script_ended;
}

/* Somebody has deleted the spool: there is nobody left to tell. */
static int directory_is_gone(void) {
  struct stat here;
  return stat(".", &here) != 0 || here.st_nlink == 0;
}

/* A full disk must not lose the status: again until it is written. */
static void record_end(void) {
  getrusage(RUSAGE_CHILDREN, &outcome.usage);
  read_cgroup_counts(&spec, &outcome);
  for (int tries = 0; write_exit(&outcome, boot_id) != 0 && !directory_is_gone(); tries++) {
    if (tries == 0) say("cannot write the exit file, trying again until it can be written");
    usleep(tries < 10 ? 200000 : 2000000);
  }
}

static void out_of_memory_message(void) {
  long before = outcome.oom_kills;
  read_cgroup_counts(&spec, &outcome);
  if (outcome.oom_kills > before) {
    char text[300];
    snprintf(text, sizeof text,
             "Detected %ld oom_kill event%s in StepId=%.60s. Some of the step tasks have been OOM Killed.",
             outcome.oom_kills, outcome.oom_kills == 1 ? "" : "s", spec.step);
    job_message(&spec, text);
  }
}

static size_t left(void) {
  size_t family = family_count();
  return family > 0 || spec.cgroups.count == 0 ? family : signal_cgroups(&spec, 0);
}

/* The script is dead: nothing of the job may stay, as slurmstepd does it at a step's end. */
static void clean_up(void) {
  out_of_memory_message();
  close_job_output();
  if (left() > 0) {
    signal_all(SIGKILL);
    reap();
    for (int i = 0; left() > 0; i++) {
      if (i == 4) {
        /* it takes longer: tell the end of the script already */
        record_end();
        told_end = 1;
        tell_clients(&control, "ended\n");
      }
      usleep((i < 40 ? LOOK_AGAIN_MS : LOOK_AGAIN_LATER_MS) * (i == 0 ? 100 : 1000));
      signal_all(SIGKILL);
      reap();
    }
  }
  reap();
  outcome.clean = 1;
  record_end();
  remove_cgroups(&spec);
  if (!told_end) tell_clients(&control, "ended\n");
  tell_clients(&control, "clean\n");
}

static void serve(int signals) {
  char line[100];
  while (running) {
    struct pollfd fds[2 + sizeof control.clients / sizeof *control.clients];
    size_t clients = sizeof control.clients / sizeof *control.clients;
    fds[0] = (struct pollfd){.fd = signals, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = control.listener, .events = POLLIN};
    for (size_t i = 0; i < clients; i++)
      fds[2 + i] = (struct pollfd){.fd = control.clients[i].fd, .events = POLLIN};
    int64_t wait = -1;
    if (kill_at != 0) {
      wait = kill_at - now_ms();
      if (wait < 0) wait = 0;
      if (wait > 3600000) wait = 3600000;
    }
    int ready = poll(fds, 2 + clients, (int)wait);
    if (ready < 0 && errno != EINTR) {
      usleep(100000);
      continue;
    }
    if (kill_at != 0 && now_ms() >= kill_at) {
      signal_all(SIGKILL);
      kill_at = now_ms() + LOOK_AGAIN_LATER_MS;
    }
    if (fds[0].revents & POLLIN) {
      struct signalfd_siginfo info;
      while (read(signals, &info, sizeof info) == sizeof info) continue;
      reap();
    }
    for (size_t i = 0; i < clients; i++)
      if (control.clients[i].fd >= 0 && fds[2 + i].fd == control.clients[i].fd && fds[2 + i].revents != 0)
        serve_client(&control, i, obey);
    if (fds[1].revents & POLLIN) {
      serve_listener(&control);
      snprintf(line, sizeof line, "running %d %lld\n", (int)outcome.script, (long long)outcome.start_ms);
      tell_clients(&control, line);
    }
  }
}

/* Leaves the agent: session, parent, descriptors. The agent's child waits for `ready` and ends with its byte. */
static int detach(void) {
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

static void tell_parent(int pipe_end, unsigned char code) {
  ssize_t put = write(pipe_end, &code, 1);
  (void)put;
  close(pipe_end);
  if (code != EXIT_READY) exit(code);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    dprintf(2, "usage: shepherd LAUNCH_DIRECTORY (started by slurmd-agent)\n");
    return EXIT_USAGE;
  }
  if (chdir(argv[1]) != 0) {
    dprintf(2, "shepherd: cannot enter %s: %s\n", argv[1], strerror(errno));
    return EXIT_SPOOL;
  }
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  int ready = detach();

  /* fcntl locks belong to a process and are not inherited: free means dead */
  int lock = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (lock < 0) tell_parent(ready, EXIT_SPOOL);
  if (fcntl(lock, F_SETLK, &whole) != 0) tell_parent(ready, EXIT_ALREADY_RUNS);

  char why[500];
  if (read_spec("spec", &spec, why, sizeof why) != 0) {
    say(why);
    tell_parent(ready, EXIT_SPOOL);
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "slurm-shepherd");
  write_whole_file("/proc/self/oom_score_adj", "-1000");
  if (open_control(&control) != 0) {
    say("cannot make the control socket");
    tell_parent(ready, EXIT_SPOOL);
  }
  read_boot_id(boot_id, sizeof boot_id);

  sigset_t wanted;
  sigfillset(&wanted);
  sigprocmask(SIG_BLOCK, &wanted, NULL);
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  int signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);

  if (write_started(boot_id) != 0) tell_parent(ready, errno == EEXIST ? EXIT_WAS_STARTED : EXIT_SPOOL);
  tell_parent(ready, EXIT_READY);

  outcome.start_ms = now_ms();
  if (start_script(&spec, &outcome) > 0) {
    running = 1;
    serve(signals);
  } else {
    say(outcome.text);
    outcome.end_ms = now_ms();
  }
  clean_up();
  return 0;
}
