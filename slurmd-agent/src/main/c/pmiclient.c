/* The two dialects of PMI in which a task asks. */
#include "pmi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "key=value" of a request whose fields end with `separator`; the value is copied, "" when it is missing; 1: found. */
static int field(const char *text, char separator, const char *name, char *into, size_t size) {
  size_t length = strlen(name);
  for (const char *at = text; at != NULL && *at != '\0';) {
    const char *end = strchr(at, separator);
    size_t all = end == NULL ? strlen(at) : (size_t)(end - at);
    if (all > length && strncmp(at, name, length) == 0 && at[length] == '=') {
      size_t value = all - length - 1;
      if (value >= size) value = size - 1;
      memcpy(into, at + length + 1, value);
      into[value] = '\0';
      return 1;
    }
    at = end == NULL ? NULL : end + 1;
  }
  into[0] = '\0';
  return 0;
}

static int put(const char *text, char separator) {
  char key[PMI_LONGEST_KEY + 2], value[PMI_LONGEST_VALUE + 2];
  if (!field(text, separator, "key", key, sizeof key) || !field(text, separator, "value", value, sizeof value) ||
      strlen(key) > PMI_LONGEST_KEY || strlen(value) > PMI_LONGEST_VALUE)
    return 1;
  pmi_add(key, value);
  return 0;
}

/* ------------------------------------------------------------ PMI 1.1: a line a request */

static int take_line(struct step_spec *step, struct pmi_task *task, char *line) {
  char verb[64], key[PMI_LONGEST_KEY + 2], answer[PMI_LONGEST_VALUE + 100];
  if (strncmp(line, "mcmd=", 5) == 0) {
    snprintf(answer, sizeof answer, "cmd=spawn_result rc=-1 status=spawning_is_not_supported\n");
    pmi_reply(task, answer);
    return 0;
  }
  if (strncmp(line, "endcmd", 6) == 0 || strchr(line, '=') == NULL) return 0;
  if (!field(line, ' ', "cmd", verb, sizeof verb)) return 0; /* lines between mcmd and endcmd */
  if (strcmp(verb, "get_maxes") == 0) {
    snprintf(answer, sizeof answer, "cmd=maxes rc=0 kvsname_max=256 keylen_max=%d vallen_max=%d\n", PMI_LONGEST_KEY,
             PMI_LONGEST_VALUE);
  } else if (strcmp(verb, "get_universe_size") == 0) {
    snprintf(answer, sizeof answer, "cmd=universe_size rc=0 size=%u\n", step->pmi_size);
  } else if (strcmp(verb, "get_appnum") == 0) {
    snprintf(answer, sizeof answer, "cmd=appnum rc=0 appnum=-1\n");
  } else if (strcmp(verb, "get_my_kvsname") == 0) {
    snprintf(answer, sizeof answer, "cmd=my_kvsname rc=0 kvsname=%.200s\n", step->pmi_job_id);
  } else if (strcmp(verb, "put") == 0) {
    snprintf(answer, sizeof answer, "cmd=put_result rc=%d\n", put(line, ' '));
  } else if (strcmp(verb, "get") == 0) {
    field(line, ' ', "key", key, sizeof key);
    const char *value = pmi_value(key);
    if (value != NULL) snprintf(answer, sizeof answer, "cmd=get_result rc=0 value=%s\n", value);
    else snprintf(answer, sizeof answer, "cmd=get_result rc=1\n");
  } else if (strcmp(verb, "barrier_in") == 0) {
    pmi_fence(step, task);
    return 0;
  } else if (strcmp(verb, "finalize") == 0) {
    pmi_reply(task, "cmd=finalize_ack rc=0\n");
    pmi_finalize(task);
    return 0;
  } else if (strcmp(verb, "abort") == 0) {
    pmi_abort(step);
    return 0;
  } else if (strcmp(verb, "publish_name") == 0) {
    snprintf(answer, sizeof answer, "cmd=publish_result info=fail\n");
  } else if (strcmp(verb, "unpublish_name") == 0) {
    snprintf(answer, sizeof answer, "cmd=unpublish_result info=fail\n");
  } else if (strcmp(verb, "lookup_name") == 0) {
    snprintf(answer, sizeof answer, "cmd=lookup_result info=fail\n");
  } else {
    return -1;
  }
  pmi_reply(task, answer);
  return 0;
}

/* ------------------------------------------------------------ PMI 2.0: length and fields that end with ';' */

static void found(struct pmi_task *task, const char *verb, const char *value) {
  char answer[PMI_LONGEST_VALUE + 200];
  if (value != NULL) snprintf(answer, sizeof answer, "cmd=%s-response;rc=0;found=TRUE;value=%s;", verb, value);
  else snprintf(answer, sizeof answer, "cmd=%s-response;rc=0;found=FALSE;", verb);
  pmi_reply(task, answer);
}

void pmi_node_value_there(struct pmi_task *task, const char *value) {
  found(task, "info-getnodeattr", value);
}

static const char *job_attribute(const struct step_spec *step, const char *key) {
  static char number[20];
  if (strcmp(key, "PMI_process_mapping") == 0) return step->pmi_mapping;
  if (strcmp(key, "mpi_reserved_ports") == 0) return step->pmi_ports;
  if (strcmp(key, "universeSize") != 0) return NULL;
  snprintf(number, sizeof number, "%u", step->pmi_size);
  return number;
}

static int take_message(struct step_spec *step, struct pmi_task *task, unsigned gtid, char *text) {
  char verb[64], key[PMI_LONGEST_KEY + 2], value[PMI_LONGEST_VALUE + 2], answer[600];
  if (!field(text, ';', "cmd", verb, sizeof verb)) return -1;
  field(text, ';', "key", key, sizeof key);
  if (strcmp(verb, "fullinit") == 0) {
    snprintf(answer, sizeof answer,
             "cmd=fullinit-response;rc=0;pmi-version=2;pmi-subversion=0;rank=%u;size=%u;appnum=-1;debugged=FALSE;"
             "pmiverbose=FALSE;",
             gtid + step->file_offset, step->pmi_size);
  } else if (strcmp(verb, "finalize") == 0) {
    pmi_reply(task, "cmd=finalize-response;rc=0;");
    pmi_finalize(task);
    return 0;
  } else if (strcmp(verb, "abort") == 0) {
    field(text, ';', "isworld", value, sizeof value);
    if (strcmp(value, "TRUE") == 0) pmi_abort(step);
    return 0;
  } else if (strcmp(verb, "job-getid") == 0) {
    snprintf(answer, sizeof answer, "cmd=job-getid-response;rc=0;jobid=%.200s;", step->pmi_job_id);
  } else if (strcmp(verb, "kvs-put") == 0) {
    snprintf(answer, sizeof answer, "cmd=kvs-put-response;rc=%d;", put(text, ';'));
  } else if (strcmp(verb, "kvs-get") == 0) {
    found(task, verb, pmi_value(key));
    return 0;
  } else if (strcmp(verb, "kvs-fence") == 0) {
    pmi_fence(step, task);
    return 0;
  } else if (strcmp(verb, "info-putnodeattr") == 0) {
    field(text, ';', "value", value, sizeof value);
    /* the answer first: it may wake this task's neighbours only */
    snprintf(answer, sizeof answer, "cmd=info-putnodeattr-response;rc=%d;", pmi_put_node(key, value) != 0);
  } else if (strcmp(verb, "info-getnodeattr") == 0) {
    field(text, ';', "wait", value, sizeof value);
    const char *there = pmi_node_value(key);
    if (there == NULL && strcmp(value, "TRUE") == 0) {
      free(task->waits);
      task->waits = strdup(key);
      return task->waits == NULL ? -1 : 0;
    }
    found(task, verb, there);
    return 0;
  } else if (strcmp(verb, "info-getjobattr") == 0) {
    found(task, verb, job_attribute(step, key));
    return 0;
  } else if (strcmp(verb, "spawn") == 0) {
    snprintf(answer, sizeof answer, "cmd=spawn-response;rc=14;errmsg=spawning is not supported by slurmd-agent;");
  } else {
    /* job-connect, name-publish and others */
    snprintf(answer, sizeof answer, "cmd=%.60s-response;rc=14;errmsg=not supported by slurmd-agent;", verb);
  }
  pmi_reply(task, answer);
  return 0;
}

/* ------------------------------------------------------------ both */

void pmi_fence_over(struct pmi_task *task, int code) {
  char answer[60];
  snprintf(answer, sizeof answer, task->version == 1 ? "cmd=barrier_out rc=%d\n" : "cmd=kvs-fence-response;rc=%d;", code);
  pmi_reply(task, answer);
}

static int take_init(struct pmi_task *task, const char *line) {
  int version, subversion;
  char answer[100];
  if (sscanf(line, "cmd=init pmi_version=%d pmi_subversion=%d", &version, &subversion) != 2) return -1;
  int known = (version == 1 && subversion <= 1) || (version == 2 && subversion == 0);
  snprintf(answer, sizeof answer, "cmd=response_to_init rc=%d pmi_version=%d pmi_subversion=%d\n", known ? 0 : -1,
           known ? version : 2, known ? subversion : 0);
  task->version = 1; /* this answer is a line in both */
  pmi_reply(task, answer);
  task->version = known ? version : 2;
  return 0;
}

int pmi_take(struct step_spec *step, struct pmi_task *task, unsigned gtid) {
  while (task->have > 0 && task->fd >= 0) {
    char text[sizeof task->in + 1];
    size_t size, skip;
    if (task->version != 2) {
      unsigned char *end = memchr(task->in, '\n', task->have);
      if (end == NULL) return task->have == sizeof task->in ? -1 : 0;
      skip = 0;
      size = (size_t)(end - task->in) + 1;
    } else {
      char digits[7] = {0};
      if (task->have < 6) return 0;
      memcpy(digits, task->in, 6);
      long length = strtol(digits, NULL, 10);
      if (length <= 0 || (size_t)length > sizeof task->in - 6) return -1;
      if (task->have < 6 + (size_t)length) return 0;
      skip = 6;
      size = 6 + (size_t)length;
    }
    size_t body = size - skip - (skip == 0);
    memcpy(text, task->in + skip, body);
    text[body] = '\0';
    task->have -= size;
    memmove(task->in, task->in + size, task->have);
    int bad = task->version == 0   ? take_init(task, text)
              : task->version == 1 ? take_line(step, task, text)
                                   : take_message(step, task, gtid, text);
    if (bad) return -1;
  }
  return 0;
}
