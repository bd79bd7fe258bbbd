/* Reads a step's specification: the records of a script's, and those of its tasks. `task N` begins a task. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_TASKS 65533u

static int add_task(struct step_spec *step, char *gtid) {
  unsigned long long n;
  if (read_number(gtid, UINT32_MAX, &n) != 0 || step->count >= MOST_TASKS) return -1;
  if ((step->count & (step->count + 1)) == 0) {
    struct task *more = realloc(step->tasks, (2 * step->count + 2) * sizeof *more);
    if (more == NULL) return -1;
    step->tasks = more;
  }
  struct task *task = &step->tasks[step->count];
  memset(task, 0, sizeof *task);
  task->gtid = (unsigned)n;
  task->local = (unsigned)step->count++;
  task->to_stdin = task->go = task->pmi = -1;
  for (int i = 0; i < 3; i++) task->fds[i] = -1;
  for (int i = 0; i < 2; i++) {
    task->streams[i].fd = task->streams[i].file = -1;
    task->streams[i].type = i == 0 ? IO_STDOUT : IO_STDERR;
  }
  return 0;
}

static int take_of_task(struct task *task, const char *key, char *value) {
  struct {
    const char *key;
    char **into;
  } texts[] = {{"in", &task->in}, {"out", &task->out}, {"err", &task->err}, {"cpus", &task->cpus},
               {"bind_text", &task->bind_text}, {"gpu_text", &task->gpu_text}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (strcmp(key, texts[i].key) == 0) {
      *texts[i].into = value;
      return 0;
    }
  }
  if (strcmp(key, "arg") == 0) return add_string(&task->argv, value);
  if (strcmp(key, "env") == 0) return add_string(&task->env, value);
  return -1;
}

static int take_of_peer(struct peer *peer, const char *key, char *value) {
  unsigned long long n;
  if (strcmp(key, "io_address") == 0) {
    peer->address = value;
    return 0;
  }
  if (strcmp(key, "io_key") == 0) {
    peer->key = value;
    return 0;
  }
  if (strcmp(key, "io_only_out") == 0 || strcmp(key, "io_only_err") == 0) {
    if (read_number(value, MOST_TASKS, &n) != 0) return -1;
    *(key[8] == 'o' ? &peer->only_out : &peer->only_err) = (int)n;
    return 0;
  }
  if (read_number(value, 65535, &n) != 0) return -1;
  if (strcmp(key, "io_port") == 0) peer->port = (unsigned)n;
  else if (strcmp(key, "io_version") == 0) peer->version = (unsigned)n;
  else return -1;
  return 0;
}

static int take_peer_record(void *into, const char *key, char *value) {
  return take_of_peer(into, key, value);
}

static int take(void *into, const char *key, char *value) {
  struct step_spec *step = into;
  if (strcmp(key, "task") == 0) return add_task(step, value);
  if (step->count > 0) return take_of_task(&step->tasks[step->count - 1], key, value);
  if (strncmp(key, "io_", 3) == 0) return take_of_peer(&step->srun, key, value);
  struct {
    const char *key;
    char **into;
  } texts[] = {{"task_prolog", &step->task_prolog},
               {"user_task_prolog", &step->user_task_prolog},
               {"task_epilog", &step->task_epilog},
               {"user_task_epilog", &step->user_task_epilog},
               {"pmi_job_id", &step->pmi_job_id},
               {"pmi_mapping", &step->pmi_mapping},
               {"pmi_node", &step->pmi_node},
               {"pmi_ports", &step->pmi_ports}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (strcmp(key, texts[i].key) == 0) {
      *texts[i].into = value;
      return 0;
    }
  }
  struct {
    const char *key;
    unsigned *into;
  } numbers[] = {{"node_id", &step->node_id},   {"label_width", &step->task_count_width}, {"pty_port", &step->pty_port},
                 {"pty_rows", &step->pty_rows}, {"pty_cols", &step->pty_cols},            {"task_offset", &step->file_offset},
                 {"pmi_size", &step->pmi_size}, {"pmi_nodes", &step->pmi_nodes},          {"pmi_node_id", &step->pmi_node_id},
                 {"pmi_port", &step->pmi_port}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    unsigned long long n;
    if (strcmp(key, numbers[i].key) != 0) continue;
    if (read_number(value, UINT32_MAX, &n) != 0) return -1;
    *numbers[i].into = (unsigned)n;
    return 0;
  }
  struct {
    const char *key;
    int *into;
  } flags[] = {{"pty", &step->pty}, {"buffered", &step->buffered}, {"label", &step->label}, {"pmi", &step->pmi}};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (strcmp(key, flags[i].key) == 0) {
      *flags[i].into = strcmp(value, "0") != 0;
      return 0;
    }
  }
  return take_record(&step->common, key, value);
}

int read_step_spec(struct step_spec *step, char *why, size_t size) {
  struct spec *spec = &step->common;
  memset(step, 0, sizeof *step);
  spec->uid = (uid_t)-1;
  spec->gid = (gid_t)-1;
  step->srun.only_out = step->srun.only_err = -1;
  if (read_records("spec", take, step, why, size) != 0) return -1;
  if (spec->work_dir == NULL || spec->prefix == NULL || spec->step == NULL || spec->uid == (uid_t)-1 ||
      spec->gid == (gid_t)-1 || step->count == 0 ||
      (step->pmi && (step->pmi_job_id == NULL || step->pmi_node == NULL))) {
    snprintf(why, size, "spec: a record is missing");
    return -1;
  }
  for (size_t i = 0; i < step->count; i++) {
    if (step->tasks[i].argv.count == 0) step->tasks[i].argv = spec->argv;
  }
  return 0;
}

int read_peer(int number, struct peer *peer) {
  char file[40], why[300];
  snprintf(file, sizeof file, "attach.%d", number);
  *peer = (struct peer){.only_out = -1, .only_err = -1};
  if (read_records(file, take_peer_record, peer, why, sizeof why) != 0) {
    say(why);
    return -1;
  }
  return peer->address == NULL || peer->key == NULL || peer->port == 0 ? -1 : 0;
}
