/* Reads the launch's specification: records "key length\n" bytes "\n", any byte but NUL in a value. */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_SPEC (512u << 20)
#define MOST_ITEMS 1000000u

int add_string(struct strings *list, char *value) {
  /* doubling: item always has room for a closing NULL */
  if ((list->count & (list->count + 1)) == 0) {
    if (list->count > MOST_ITEMS) return -1;
    char **more = realloc(list->item, (2 * list->count + 2) * sizeof *more);
    if (more == NULL) return -1;
    list->item = more;
  }
  list->item[list->count++] = value;
  list->item[list->count] = NULL;
  return 0;
}

int read_number(const char *text, unsigned long long most, unsigned long long *into) {
  char *end;
  if (*text < '0' || *text > '9') return -1;
  errno = 0;
  *into = strtoull(text, &end, 10);
  return errno != 0 || *end != '\0' || *into > most ? -1 : 0;
}

static int add_groups(struct spec *spec, char *text) {
  size_t most = 1;
  for (char *c = text; *c != '\0'; c++) most += *c == ',';
  spec->groups = calloc(most, sizeof *spec->groups);
  if (spec->groups == NULL) return -1;
  for (char *save, *word = strtok_r(text, ",", &save); word != NULL; word = strtok_r(NULL, ",", &save)) {
    unsigned long long gid;
    if (read_number(word, UINT32_MAX, &gid) != 0) return -1;
    spec->groups[spec->group_count++] = (gid_t)gid;
  }
  return 0;
}

/* "7 NOFILE 1024" */
static int add_rlimit(struct spec *spec, char *text) {
  char *save, *resource = strtok_r(text, " ", &save), *name = strtok_r(NULL, " ", &save),
              *soft = strtok_r(NULL, " ", &save);
  unsigned long long r, s;
  if (soft == NULL || read_number(resource, 15, &r) != 0 || read_number(soft, UINT64_MAX, &s) != 0) return -1;
  struct rlimit_wish *more = realloc(spec->rlimits, (spec->rlimit_count + 1) * sizeof *more);
  if (more == NULL) return -1;
  spec->rlimits = more;
  more[spec->rlimit_count++] = (struct rlimit_wish){.resource = (int)r, .soft = (rlim_t)s, .name = name};
  return 0;
}

/* "/sys/fs/cgroup/.../memory.limit_in_bytes=104857600" */
static int add_write(struct spec *spec, char *text) {
  char *equals = strrchr(text, '=');
  if (equals == NULL) return -1;
  *equals = '\0';
  struct write_wish *more = realloc(spec->writes, (spec->write_count + 1) * sizeof *more);
  if (more == NULL) return -1;
  spec->writes = more;
  more[spec->write_count++] = (struct write_wish){.file = text, .value = equals + 1};
  return 0;
}

int take_record(struct spec *spec, const char *key, char *value) {
  unsigned long long n = 0;
  if (strcmp(key, "arg") == 0) return add_string(&spec->argv, value);
  if (strcmp(key, "env") == 0) return add_string(&spec->env, value);
  if (strcmp(key, "cgroup") == 0) return add_string(&spec->cgroups, value);
  if (strcmp(key, "write") == 0) return add_write(spec, value);
  if (strcmp(key, "rlimit") == 0) return add_rlimit(spec, value);
  if (strcmp(key, "groups") == 0) return add_groups(spec, value);
  struct {
    const char *key;
    char **into;
  } texts[] = {
      {"prefix", &spec->prefix},       {"executable", &spec->executable}, {"work_dir", &spec->work_dir},
      {"std_in", &spec->std_in},       {"std_out", &spec->std_out},       {"std_err", &spec->std_err},
      {"oom_file", &spec->oom_file},   {"peak_file", &spec->peak_file},   {"step", &spec->step},
      {"script_prolog", &spec->script_prolog}, {"script_epilog", &spec->script_epilog},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (strcmp(key, texts[i].key) == 0) {
      *texts[i].into = value;
      return 0;
    }
  }
  if (strcmp(key, "nice") == 0) {
    spec->nice = atoi(value);
    return 0;
  }
  if (read_number(value, UINT32_MAX, &n) != 0) return -1;
  if (strcmp(key, "uid") == 0) spec->uid = (uid_t)n;
  else if (strcmp(key, "gid") == 0) spec->gid = (gid_t)n;
  else if (strcmp(key, "umask") == 0) spec->umask = (mode_t)(n & 0777);
  else if (strcmp(key, "append") == 0) spec->append = n != 0;
  else if (strcmp(key, "privileged") == 0) spec->privileged = n != 0;
  else if (strcmp(key, "adopts") == 0) spec->adopts = n != 0;
  else return -1;
  return 0;
}

int read_records(const char *file, take_function *take, void *into, char *why, size_t why_size) {
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > LARGEST_SPEC) {
    snprintf(why, why_size, "cannot read %s: %s", file, strerror(fd < 0 ? errno : EFBIG));
    if (fd >= 0) close(fd);
    return -1;
  }
  size_t size = (size_t)st.st_size, have = 0;
  char *text = malloc(size + 1);
  while (text != NULL && have < size) {
    ssize_t got = read(fd, text + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += (size_t)got;
  }
  close(fd);
  if (text == NULL || have != size) {
    snprintf(why, why_size, "cannot read %s whole", file);
    return -1;
  }
  for (size_t at = 0; at < size;) {
    char *key = text + at, *newline = memchr(key, '\n', size - at);
    char *blank = newline == NULL ? NULL : memchr(key, ' ', (size_t)(newline - key));
    unsigned long long length = 0;
    if (blank != NULL) {
      *blank = '\0';
      *newline = '\0';
    }
    if (blank == NULL || read_number(blank + 1, size, &length) != 0) {
      snprintf(why, why_size, "%s: no record at byte %zu", file, at);
      return -1;
    }
    size_t start = (size_t)(newline + 1 - text);
    if (length >= size - start || text[start + length] != '\n') {
      snprintf(why, why_size, "%s: the record %.40s is cut off", file, key);
      return -1;
    }
    text[start + length] = '\0';
    if (strlen(text + start) != length || take(into, key, text + start) != 0) {
      snprintf(why, why_size, "%s: the record %.40s is not acceptable", file, key);
      return -1;
    }
    at = start + length + 1;
  }
  return 0;
}

static int take_of_script(void *into, const char *key, char *value) {
  return take_record(into, key, value);
}

int read_spec(const char *file, struct spec *spec, char *why, size_t why_size) {
  memset(spec, 0, sizeof *spec);
  spec->uid = (uid_t)-1;
  spec->gid = (gid_t)-1;
  if (read_records(file, take_of_script, spec, why, why_size) != 0) return -1;
  if (spec->executable == NULL || spec->work_dir == NULL || spec->std_in == NULL || spec->std_out == NULL ||
      spec->std_err == NULL || spec->prefix == NULL || spec->step == NULL || spec->argv.count == 0 ||
      spec->uid == (uid_t)-1 || spec->gid == (gid_t)-1) {
    snprintf(why, why_size, "%s: a record is missing", file);
    return -1;
  }
  if (spec->env.item == NULL) spec->env.item = calloc(1, sizeof(char *));
  return 0;
}
