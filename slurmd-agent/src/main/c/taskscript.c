/*
 * TaskProlog and TaskEpilog, and srun's --task-prolog and --task-epilog. They run as the user. A prolog's output is read:
 * "export NAME=VALUE" and "unset NAME" change the task's environment, "print TEXT" goes to the task's output.
 */
#include "step.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LARGEST_OUTPUT (1u << 20)
#define USER_EPILOG_SECONDS 5

static void obey_line(char *line, struct strings *env) {
  if (strncmp(line, "print ", 6) == 0) {
    char *text = line + 6 + strspn(line + 6, " \t");
    dprintf(1, "%s\n", text);
  } else if (strncmp(line, "export ", 7) == 0) {
    char *name = line + 7 + strspn(line + 7, " \t"), *equals = strchr(name, '=');
    if (equals == NULL) return;
    char *end = equals;
    while (end > name && isspace((unsigned char)end[-1])) end--;
    *end = '\0';
    put_environment(env, name, equals + 1);
  } else if (strncmp(line, "unset ", 6) == 0) {
    char *name = line + 6 + strspn(line + 6, " \t");
    name[strcspn(name, " \t")] = '\0';
    remove_environment(env, name);
  }
}

int run_task_prolog(const struct spec *spec, const char *what, const char *file, struct strings *env) {
  int ends[2], status = 0;
  (void)spec;
  put_environment(env, "SLURM_SCRIPT_CONTEXT", "prolog_task");
  if (pipe2(ends, O_CLOEXEC) != 0) return 1;
  pid_t pid = fork();
  if (pid == 0) {
    char *argv[] = {(char *)(uintptr_t)file, NULL};
    dup2(ends[1], 1);
    setpgid(0, 0);
    execute(file, argv, env->item);
    dprintf(2, "%s: %s: %s\n", what, file, strerror(errno));
    _exit(127);
  }
  close(ends[1]);
  char *output = malloc(LARGEST_OUTPUT + 1);
  size_t have = 0;
  while (pid > 0 && output != NULL && have < LARGEST_OUTPUT) {
    ssize_t got = read(ends[0], output + have, LARGEST_OUTPUT - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += (size_t)got;
  }
  close(ends[0]);
  if (pid < 0 || output == NULL || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status)) {
    free(output);
    return 1;
  }
  output[have] = '\0';
  for (char *line = output, *next; line != NULL && *line != '\0'; line = next) {
    next = strchr(line, '\n');
    if (next != NULL) *next++ = '\0';
    obey_line(line, env);
  }
  free(output);
  return WEXITSTATUS(status);
}

void run_task_epilog(const struct spec *spec, const struct strings *more, const char *file, int seconds,
                     void (*meanwhile)(void)) {
  pid_t pid = fork();
  if (pid < 0) return;
  if (pid > 0) {
    for (int ms = 0; waitpid(pid, NULL, WNOHANG) == 0; ms += 10) {
      if (meanwhile != NULL) meanwhile();
      if (seconds > 0 && ms >= seconds * 1000) {
        kill(-pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return;
      }
      usleep(10000);
    }
    return;
  }
  char why[300], *argv[] = {(char *)(uintptr_t)file, NULL};
  struct strings env = {0};
  for (size_t i = 0; i < spec->env.count; i++) add_string(&env, spec->env.item[i]);
  for (size_t i = 0; more != NULL && i < more->count; i++) add_string(&env, more->item[i]);
  put_environment(&env, "SLURM_SCRIPT_CONTEXT", "epilog_task");
  setpgid(0, 0);
  int null = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) dup2(null, i);
  if (join_cgroups(spec, why, sizeof why) != 0) _exit(1);
  if (spec->privileged && (setgroups(spec->group_count, spec->groups) != 0 ||
                           setresgid(spec->gid, spec->gid, spec->gid) != 0 ||
                           setresuid(spec->uid, spec->uid, spec->uid) != 0))
    _exit(1);
  if (chdir(spec->work_dir) != 0 && chdir("/tmp") != 0) _exit(1);
  for (int s = 1; s <= 64; s++) signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execute(file, argv, env.item);
  _exit(127);
}

void run_task_epilogs(const struct step_spec *step, const struct task *task, void (*meanwhile)(void)) {
  if (step->user_task_epilog != NULL)
    run_task_epilog(&step->common, &task->env, step->user_task_epilog, USER_EPILOG_SECONDS, meanwhile);
  if (step->task_epilog != NULL) run_task_epilog(&step->common, &task->env, step->task_epilog, 0, meanwhile);
}
