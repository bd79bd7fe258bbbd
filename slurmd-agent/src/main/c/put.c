/*
 * `slurm-shepherd put`: writes one block of a broadcast file as the user. Standard input begins with a line of numbers (uid, gid,
 * flags, mode, atime, mtime, offset, length of the name, of the block) and one of group ids; name and block follow. A program
 * whose libraries come after it gets an empty directory NAME_libs with its first block. The exit status is 0 or the error's number.
 */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_NAME 4096u
#define LARGEST_BLOCK (128u << 20)

#define OPEN_DIRECTORIES 16

enum { FIRST = 1, FORCE = 2, LAST = 4, PRIVILEGED = 8, LIBRARIES = 16 };

static int fail(int error) {
  return error > 0 && error < 256 ? error : EIO;
}

static int drop(unsigned uid, unsigned gid, char *text) {
  gid_t groups[1024];
  size_t count = 0;
  for (char *save, *word = strtok_r(text, ",\n", &save); word != NULL; word = strtok_r(NULL, ",\n", &save)) {
    unsigned long long n;
    if (count == sizeof groups / sizeof *groups || read_number(word, UINT32_MAX, &n) != 0) return EINVAL;
    groups[count++] = (gid_t)n;
  }
  return setgroups(count, groups) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0 ? errno : 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)status, (void)type, (void)where;
  return remove(path);
}

/* A directory that is there is an error, or with FORCE gone with all in it, as slurmd 24.11 does. */
static int make_directory_of_libraries(const char *program, unsigned flags) {
  char *path;
  if (asprintf(&path, "%s_libs", program) < 0) return ENOMEM;
  int error = 0;
  if (flags & FORCE && nftw(path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) error = errno;
  if (error == 0 && mkdir(path, 0700) != 0) error = errno;
  free(path);
  return error;
}

int put_main(void) {
  unsigned uid, gid, flags, mode;
  long long atime, mtime, offset;
  unsigned long name_size, size;
  char line[300], groups[16384];
  if (fgets(line, sizeof line, stdin) == NULL || fgets(groups, sizeof groups, stdin) == NULL ||
      sscanf(line, "%u %u %u %u %lld %lld %lld %lu %lu", &uid, &gid, &flags, &mode, &atime, &mtime, &offset, &name_size,
             &size) != 9 ||
      name_size == 0 || name_size > LONGEST_NAME || size > LARGEST_BLOCK || offset < 0)
    return EINVAL;
  char *name = calloc(1, name_size + 1), *data = malloc(size + 1);
  if (name == NULL || data == NULL) return ENOMEM;
  if (fread(name, 1, name_size, stdin) != name_size || fread(data, 1, size, stdin) != size || strlen(name) != name_size)
    return EINVAL;
  umask(077);
  int error = flags & PRIVILEGED ? drop(uid, gid, groups) : 0;
  if (error != 0) return fail(error);
  int how = flags & FIRST ? O_CREAT | (flags & FORCE ? O_TRUNC : O_EXCL) : 0;
  /* not blocking: a pipe that nobody reads is an error and keeps nobody waiting */
  int fd = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | how, 0700);
  if (fd < 0) return fail(errno);
  if (flags & FIRST && flags & LIBRARIES && (error = make_directory_of_libraries(name, flags)) != 0) return fail(error);
  for (size_t done = 0; done < size;) {
    ssize_t put = pwrite(fd, data + done, size - done, offset + (off_t)done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail(errno);
    done += (size_t)put;
  }
  if (flags & LAST) {
    struct timespec times[2] = {{.tv_sec = atime}, {.tv_sec = mtime}};
    if (fchmod(fd, mode & 0777) != 0) return fail(errno);
    if (atime != 0 && futimens(fd, times) != 0) return fail(errno);
  }
  return close(fd) != 0 ? fail(errno) : 0;
}
