/* A step's life: on its own, connected to srun, its tasks started, orders and deaths served, the end written down. */
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_LATER_MS 1000
/* How long what tasks have said may wait for srun to take it, after the tasks have ended. */
#define LAST_WORDS_MS 60000
#define CONTROL_CLIENTS (sizeof((struct control *)0)->clients / sizeof((struct control *)0)->clients[0])

static struct step_spec step;
static struct outcome outcome = {.failure = "NONE"};
static struct control control;
static char boot_id[64];
static size_t running;
static int message_written;
static int64_t kill_at; /* SIGKILL everything at this time; 0: not asked */

static void message_once(const char *text) {
  if (text == NULL || *text == '\0' || message_written || running == 0) return;
  message_written = 1;
  step_message(&step, text);
}

static void obey(const struct order *order) {
  struct peer peer;
  switch (order->kind) {
    case ORDER_ATTACH:
      if (read_peer(order->number, &peer) != 0 || connect_peer(&step, &peer, 0) != 0) say("attach: cannot connect");
      return;
    case ORDER_SAY:
      message_once(order->message);
      return;
    case ORDER_SIGNAL:
      message_once(order->message);
      signal_everything(&step.common, order->signal);
      return;
    case ORDER_TERMINATE:
      message_once(order->message);
      int64_t at = order->at_once ? now_ms() : now_ms() + (order->kill_wait_ms > 0 ? order->kill_wait_ms : 0);
      if (kill_at == 0 && !order->at_once) {
        signal_everything(&step.common, SIGCONT);
        signal_everything(&step.common, SIGTERM);
      }
      if (kill_at == 0 || at < kill_at) kill_at = at;
      return;
  }
}

/* ------------------------------------------------------------ what the agent reads */

static void write_tasks(void) {
  FILE *file = fopen("tasks.tmp", "we");
  if (file == NULL) return;
  for (size_t i = 0; i < step.count; i++) fprintf(file, "%u %d\n", step.tasks[i].gtid, (int)step.tasks[i].pid);
  if (fclose(file) == 0 && rename("tasks.tmp", "tasks") == 0) tell_clients(&control, "tasks\n");
}

static void write_task_exit(const struct task *task) {
  char line[60];
  int size = snprintf(line, sizeof line, "%u %d\n", task->gtid, task->status);
  for (int tries = 0; !directory_is_gone(); tries++) {
    int fd = open("exits", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ssize_t put = fd < 0 ? -1 : write(fd, line, (size_t)size);
    if (fd >= 0) close(fd);
    if (put == size) break;
    usleep(tries < 10 ? 200000 : 2000000);
  }
  tell_clients(&control, "exit\n");
}

/* ------------------------------------------------------------ the loop */

static void kill_when_due(void) {
  if (kill_at != 0 && now_ms() >= kill_at) {
    signal_everything(&step.common, SIGKILL);
    kill_at = now_ms() + LOOK_AGAIN_LATER_MS;
  }
}

/* A TaskEpilog may hang: the agent's orders are heard all the same, and its end is one of them. */
static void obey_meanwhile(void) {
  serve_listener(&control);
  for (size_t i = 0; i < CONTROL_CLIENTS; i++)
    if (control.clients[i].fd >= 0) serve_client(&control, i, obey);
  kill_when_due();
}

static void task_ended(struct task *task, int status) {
  task->running = 0;
  task->status = status;
  running--;
  if (status > outcome.wait_status) outcome.wait_status = status;
  run_task_epilogs(&step, task, obey_meanwhile);
  write_task_exit(task);
}

static void reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    for (size_t i = 0; i < step.count; i++) {
      struct task *task = &step.tasks[i];
      if (task->pid == pid && task->running) task_ended(task, status);
    }
  }
}

static void read_signals(int signals) {
  struct signalfd_siginfo info;
  while (read(signals, &info, sizeof info) == sizeof info) continue;
  reap();
}

/* One turn: waits until something is there, at most `wait` ms (-1: for ever). */
static void turn(int signals, struct pollfd *fds, size_t room, int wait) {
  size_t n = 0;
  fds[n++] = (struct pollfd){.fd = signals, .events = POLLIN};
  fds[n++] = (struct pollfd){.fd = control.listener, .events = POLLIN};
  fds[n++] = (struct pollfd){.fd = window_fd(), .events = POLLIN};
  for (size_t i = 0; i < CONTROL_CLIENTS; i++)
    fds[n++] = (struct pollfd){.fd = control.clients[i].fd, .events = POLLIN};
  size_t pmi = n, pmi_count = pmi_fds(fds + n);
  n += pmi_count;
  size_t io = n, io_count = io_fds(&step, fds + n, room - n);
  if (poll(fds, n + io_count, wait) < 0 && errno != EINTR) {
    usleep(100000);
    return;
  }
  pmi_serve(&step, fds + pmi, pmi_count);
  io_serve(&step, fds + io, io_count);
  if (fds[2].fd >= 0 && fds[2].revents != 0) serve_window(&step);
  if (fds[0].revents & POLLIN) read_signals(signals);
  for (size_t i = 0; i < CONTROL_CLIENTS; i++)
    if (control.clients[i].fd >= 0 && fds[3 + i].fd == control.clients[i].fd && fds[3 + i].revents != 0)
      serve_client(&control, i, obey);
  if (fds[1].revents & POLLIN) {
    serve_listener(&control);
    tell_clients(&control, "tasks\n");
  }
}

static void serve(int signals, struct pollfd *fds, size_t room) {
  while (running > 0) {
    int64_t wait = -1;
    if (kill_at != 0) {
      wait = kill_at - now_ms();
      wait = wait < 0 ? 0 : wait > 3600000 ? 3600000 : wait;
    }
    turn(signals, fds, room, (int)wait);
    kill_when_due();
  }
}

static void tell_end(void) {
  record_end(&step.common, &outcome, boot_id);
  tell_clients(&control, "ended\n");
}

/* The tasks are dead: what they left is killed, what they said is passed on, then the end is told. */
static void clean_up(int signals, struct pollfd *fds, size_t room) {
  out_of_memory_message(&step.common, &outcome);
  /* those who hold the streams open must go first, else they never end */
  kill_leftovers(&step.common, tell_end);
  outcome.end_ms = outcome.end_ms == 0 ? now_ms() : outcome.end_ms;
  int64_t until = now_ms() + LAST_WORDS_MS;
  while (fds != NULL && !io_idle(&step) && now_ms() < until) turn(signals, fds, room, 1000);
  io_close();
  close_job_output();
  outcome.clean = 1;
  record_end(&step.common, &outcome, boot_id);
  remove_cgroups(&step.common);
  tell_clients(&control, "ended\n");
  tell_clients(&control, "clean\n");
}

/* Everything up to the first task's exec. */
static int start(void) {
  struct spec *spec = &step.common;
  outcome.failure = "SETUP";
  outcome.wait_status = 1 << 8;
  if (make_cgroups(spec, outcome.text, sizeof outcome.text) != 0) return -1;
  outcome.failure = "STDIO";
  if (open_task_streams(&step, outcome.text, sizeof outcome.text) != 0) return -1;
  if (step.srun.address != NULL && connect_peer(&step, &step.srun, 1) != 0) {
    snprintf(outcome.text, sizeof outcome.text, "connect io to %.60s port %u: %s", step.srun.address, step.srun.port,
             strerror(errno));
    return -1;
  }
  outcome.failure = "SETUP";
  open_window_link(&step);
  if (open_pmi(&step, outcome.text, sizeof outcome.text) != 0) return -1;
  if (fork_tasks(&step, outcome.text, sizeof outcome.text) != 0) return -1;
  pmi_tasks_forked(&step);
  outcome.failure = "NONE";
  outcome.wait_status = 0;
  outcome.script = step.tasks[0].pid;
  return 0;
}

/* Each task costs a few descriptors; the tasks' own limit is set in them. */
static void allow_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  step.descriptors = limit;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int step_main(void) {
  int ready = detach();
  char why[500];
  settle(ready, "slurm-stepd");
  if (read_step_spec(&step, why, sizeof why) != 0) {
    say(why);
    tell_parent(ready, EXIT_SPOOL);
  }
  if (open_control(&control) != 0) {
    say("cannot make the control socket");
    tell_parent(ready, EXIT_SPOOL);
  }
  allow_descriptors();
  read_boot_id(boot_id, sizeof boot_id);
  int signals = block_signals();
  if (write_started(boot_id) != 0) tell_parent(ready, errno == EEXIST ? EXIT_WAS_STARTED : EXIT_SPOOL);
  tell_parent(ready, EXIT_READY);

  outcome.start_ms = now_ms();
  if (start() != 0) {
    say(outcome.text);
    outcome.end_ms = now_ms();
    clean_up(signals, NULL, 0);
    return 0;
  }
  running = step.count;
  size_t room = 64 + 3 * step.count + pmi_most_fds();
  struct pollfd *fds = calloc(room, sizeof *fds);
  if (fds == NULL) {
    kill_at = now_ms();
    signal_everything(&step.common, SIGKILL);
    while (running > 0) {
      usleep(10000);
      reap();
    }
  } else {
    write_tasks();
    let_tasks_go(&step);
    serve(signals, fds, room);
  }
  clean_up(signals, fds, room);
  return 0;
}
