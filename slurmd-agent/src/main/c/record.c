/* The files by which the agent learns what happened, also after its own restart or death. */
#include "shepherd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void read_boot_id(char *into, size_t size) {
  into[0] = '\0';
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t got = read(fd, into, size - 1);
  close(fd);
  into[got > 0 ? got : 0] = '\0';
  into[strcspn(into, "\n")] = '\0';
}

int write_whole_file(const char *file, const char *text) {
  int fd = open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t size = strlen(text);
  ssize_t put = write(fd, text, size);
  int error = errno;
  close(fd);
  errno = error;
  return put == (ssize_t)size ? 0 : -1;
}

static int put_all(int fd, const char *text, size_t size) {
  while (size > 0) {
    ssize_t put = write(fd, text, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return -1;
    text += put;
    size -= (size_t)put;
  }
  return 0;
}

static void sync_directory(void) {
  int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
}

/*
 * O_EXCL: whoever made it may have run the script; nobody else ever does. Not synced: it must outlive processes, not the
 * kernel; after a reboot the launch's boot_id alone says that it is over.
 */
int write_started(const char *boot_id) {
  int fd = open("started", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  char text[200];
  int size = snprintf(text, sizeof text, "boot_id %s\nshepherd %d\n", boot_id, (int)getpid());
  int bad = put_all(fd, text, (size_t)size) != 0;
  return close(fd) != 0 || bad ? -1 : 0;
}

int write_exit(const struct outcome *o, const char *boot_id) {
  char text[2048];
  const struct rusage *u = &o->usage;
  int size = snprintf(
      text, sizeof text,
      "wait_status %d\nfailure %s\nclean %d\nscript %d\nstart_ms %lld\nend_ms %lld\noom_kills %ld\npeak_kb %lld\n"
      "user_us %lld\nsystem_us %lld\nmax_rss_kb %ld\nminor_faults %ld\nmajor_faults %ld\nblocks_in %ld\nblocks_out %ld\n"
      "voluntary_switches %ld\ninvoluntary_switches %ld\nboot_id %s\ntext %s\n",
      o->wait_status, o->failure, o->clean, (int)o->script, (long long)o->start_ms, (long long)o->end_ms, o->oom_kills,
      (long long)o->peak_kb, (long long)u->ru_utime.tv_sec * 1000000 + u->ru_utime.tv_usec,
      (long long)u->ru_stime.tv_sec * 1000000 + u->ru_stime.tv_usec, u->ru_maxrss, u->ru_minflt, u->ru_majflt,
      u->ru_inblock, u->ru_oublock, u->ru_nvcsw, u->ru_nivcsw, boot_id, o->text);
  int fd = open("exit.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  int bad = put_all(fd, text, (size_t)size) != 0 || fsync(fd) != 0;
  if (close(fd) != 0 || bad || rename("exit.tmp", "exit") != 0) return -1;
  sync_directory();
  return 0;
}
