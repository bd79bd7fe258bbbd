/* The shepherd's life: on its own, the script started, orders and deaths served, the end written down. */
#include "step.h"

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

#define LOOK_AGAIN_LATER_MS 1000

static struct spec spec;
static struct outcome outcome = {.failure = "NONE"};
static struct control control;
static char boot_id[64];
static int running, told_end, message_written;
#define SCRIPT_EPILOG_SECONDS 30

static int64_t kill_at; /* SIGKILL everything at this time; 0: not asked */

static void message_once(const char *text) {
  if (text == NULL || *text == '\0' || message_written) return;
  message_written = 1;
  job_message(&spec, text);
}

static void obey(const struct order *order) {
  if (order->kind == ORDER_ATTACH || order->kind == ORDER_SAY) return;
  if (order->kind == ORDER_SIGNAL) {
    message_once(order->message);
    if (order->script_only) {
      if (running) kill(outcome.script, order->signal);
    } else {
      signal_everything(&spec, order->signal);
    }
    return;
  }
  message_once(order->message);
  int64_t at = order->at_once ? now_ms() : now_ms() + (order->kill_wait_ms > 0 ? order->kill_wait_ms : 0);
  if (kill_at == 0 && !order->at_once) {
    signal_everything(&spec, SIGCONT);
    signal_everything(&spec, SIGTERM);
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

/* It takes longer to get rid of what the script left: tell its end already. */
static void tell_end(void) {
  record_end(&spec, &outcome, boot_id);
  told_end = 1;
  tell_clients(&control, "ended\n");
}

/* The script is dead: nothing of the job may stay, as slurmstepd does it at a step's end. */
static void clean_up(void) {
  out_of_memory_message(&spec, &outcome);
  close_job_output();
  kill_leftovers(&spec, tell_end);
  outcome.clean = 1;
  record_end(&spec, &outcome, boot_id);
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
      signal_everything(&spec, SIGKILL);
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

static int script_main(void) {
  int ready = detach();
  settle(ready, "slurm-shepherd");
  char why[500];
  if (read_spec("spec", &spec, why, sizeof why) != 0) {
    say(why);
    tell_parent(ready, EXIT_SPOOL);
  }
  if (open_control(&control) != 0) {
    say("cannot make the control socket");
    tell_parent(ready, EXIT_SPOOL);
  }
  read_boot_id(boot_id, sizeof boot_id);
  int signals = block_signals();

  if (write_started(boot_id) != 0) tell_parent(ready, errno == EEXIST ? EXIT_WAS_STARTED : EXIT_SPOOL);
  tell_parent(ready, EXIT_READY);

  outcome.start_ms = now_ms();
  if (start_script(&spec, &outcome) > 0) {
    running = 1;
    serve(signals);
    if (script_never_ran(&outcome)) say(outcome.text);
    /* bounded: nobody can cancel the job meanwhile */
    else if (spec.script_epilog != NULL) run_task_epilog(&spec, NULL, spec.script_epilog, SCRIPT_EPILOG_SECONDS, NULL);
  } else {
    say(outcome.text);
    outcome.end_ms = now_ms();
  }
  clean_up();
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "put") == 0) return put_main();
  int step = argc == 3 && strcmp(argv[1], "step") == 0;
  int exec = argc == 3 && strcmp(argv[1], "exec") == 0;
  if (argc != 2 && !step && !exec) {
    dprintf(2, "usage: shepherd [step|exec] LAUNCH_DIRECTORY, or shepherd put (started by slurmd-agent)\n");
    return EXIT_USAGE;
  }
  if (chdir(argv[argc - 1]) != 0) {
    dprintf(2, "shepherd: cannot enter %s: %s\n", argv[argc - 1], strerror(errno));
    return EXIT_SPOOL;
  }
  if (exec) return exec_main();
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  return step ? step_main() : script_main();
}
