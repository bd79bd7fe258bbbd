/* Keys and values of a step's MPI program; a hash table that only grows, as a program's keys do. */
#include "pmi.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const struct kvs *kvs, const char *key) {
  uint64_t hash = 1469598103934665603u;
  for (const unsigned char *c = (const unsigned char *)key; *c != '\0'; c++) hash = (hash ^ *c) * 1099511628211u;
  size_t at = (size_t)hash & (kvs->room - 1);
  while (kvs->pairs[at].key != NULL && strcmp(kvs->pairs[at].key, key) != 0) at = (at + 1) & (kvs->room - 1);
  return at;
}

const char *kvs_get(const struct kvs *kvs, const char *key) {
  return kvs->room == 0 ? NULL : kvs->pairs[slot_of(kvs, key)].value;
}

static int grow(struct kvs *kvs) {
  struct kvs more = {.room = kvs->room == 0 ? 64 : 2 * kvs->room};
  more.pairs = calloc(more.room, sizeof *more.pairs);
  if (more.pairs == NULL) return -1;
  for (size_t i = 0; i < kvs->room; i++)
    if (kvs->pairs[i].key != NULL) more.pairs[slot_of(&more, kvs->pairs[i].key)] = kvs->pairs[i];
  more.used = kvs->used;
  free(kvs->pairs);
  *kvs = more;
  return 0;
}

int kvs_put(struct kvs *kvs, const char *key, const char *value) {
  if (2 * (kvs->used + 1) > kvs->room && (kvs->used >= PMI_MOST_PAIRS || grow(kvs) != 0)) return -1;
  char *copy = strdup(value);
  if (copy == NULL) return -1;
  struct pair *pair = &kvs->pairs[slot_of(kvs, key)];
  if (pair->key == NULL) {
    pair->key = strdup(key);
    if (pair->key == NULL) {
      free(copy);
      return -1;
    }
    kvs->used++;
  } else {
    free(pair->value);
  }
  pair->value = copy;
  return 0;
}
