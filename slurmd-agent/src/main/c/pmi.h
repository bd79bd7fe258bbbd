/*
 * PMI for MPI programs started by srun --mpi=pmi2: each task has a socket to the step's process (PMI_FD) and speaks PMI 1.1
 * (lines) or PMI 2.0 (a length of six characters before each message). What tasks put becomes visible to all at a fence:
 * a step on several nodes sends it to srun, which gathers it and sends all of it back through each node's daemon; a step on one
 * node needs nobody else. Spawning and name publishing are refused.
 */
#ifndef PMI_H
#define PMI_H

#include "step.h"

#define PMI_LONGEST_KEY 64
#define PMI_LONGEST_VALUE 1024
#define PMI_MOST_PAIRS (1u << 22)

struct pair {
  char *key, *value;
};
struct kvs {
  struct pair *pairs;
  size_t room, used;
};
/* pmikvs.c */
const char *kvs_get(const struct kvs *kvs, const char *key);
int kvs_put(struct kvs *kvs, const char *key, const char *value);

/* One task's conversation. */
struct pmi_task {
  int fd, own;   /* ours, and the task's until it is forked */
  int version;   /* 0: not said yet */
  int fenced;    /* waits for the fence */
  char *waits;   /* PMI 2: for this node attribute */
  unsigned char in[8192];
  size_t have;
};

/* pmi.c: the values of all, the fence, the way to srun. */
void pmi_add(const char *key, const char *value);
const char *pmi_value(const char *key);
int pmi_put_node(const char *key, const char *value); /* wakes those who wait for it */
const char *pmi_node_value(const char *key);
void pmi_fence(struct step_spec *step, struct pmi_task *task);
void pmi_abort(struct step_spec *step);
void pmi_reply(struct pmi_task *task, const char *text);
void pmi_finalize(struct pmi_task *task);

/* pmiclient.c: what a task says; -1: it makes no sense and the conversation is over. */
int pmi_take(struct step_spec *step, struct pmi_task *task, unsigned gtid);
void pmi_fence_over(struct pmi_task *task, int code);
void pmi_node_value_there(struct pmi_task *task, const char *value);

#endif
