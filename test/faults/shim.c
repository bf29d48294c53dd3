/**
 * Loaded before everything else (LD_PRELOAD), it lets one call of the file system fail, or end the process, where a test
 * says so: calls of this process, of its threads and of native code alike, that touch something below one folder.
 *
 * The test and the shim share a file of one page (FAULTS_CONTROL).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/** As in `control.ts`. */
struct control {
  /** Calls that look alike (`kinds`) are counted while it is 1. */
  _Atomic int32_t armed;
  /** Which of them fails: 0 is the first. */
  int32_t at;
  /** With what; 0 ends the process instead. */
  int32_t error;
  /** All that follow fail, too. */
  int32_t lasting;
  int32_t kinds;
  _Atomic int32_t count;
  /** The file system knows no second names and no links, like FAT. */
  int32_t linkless;
  /** It does not tell names apart by case, but keeps them as they were given, like those of Windows and of a Mac. */
  int32_t folding;
  char below[PATH_MAX - 32];
};

enum { OPEN = 1, CREATE = 2, READ = 4, WRITE = 8, SYNC = 16, NAME = 32, LOOK = 64, RIGHTS = 128 };

static struct control* control;

__attribute__((constructor)) static void begin(void) {
  const char* path = getenv("FAULTS_CONTROL");
  if (path == NULL) return;
  const int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* page = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  if (page != MAP_FAILED) control = page;
}

static int is_below(const char* path) {
  const size_t length = strlen(control->below);
  return path != NULL && strncmp(path, control->below, length) == 0;
}

static int is_armed(void);

/** What getdents64 fills. */
struct entry {
  uint64_t inode;
  int64_t offset;
  unsigned short bytes;
  unsigned char type;
  char name[];
};

/** Finds a name in a folder, whatever its case; `found` is as it was where there is none. */
static void find_name(const char* folder, const char* name, char* found) {
  const int file = (int)syscall(SYS_openat, AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  char buffer[4096];
  for (;;) {
    const long bytes = syscall(SYS_getdents64, file, buffer, sizeof buffer);
    if (bytes <= 0) break;
    for (long at = 0; at < bytes;) {
      const struct entry* entry = (const struct entry*)(buffer + at);
      if (strcasecmp(entry->name, name) == 0) snprintf(found, NAME_MAX + 1, "%s", entry->name);
      at += entry->bytes;
    }
  }
  syscall(SYS_close, file);
}

/** Where a path leads on a disk that does not tell names apart by case: what is there is found under the name it has. */
static const char* folded(const char* path, char* to) {
  if (!is_armed() || !control->folding || !is_below(path)) return path;
  const size_t root = strlen(control->below);
  if (path[root] != '/') return path;
  memcpy(to, path, root + 1);
  to[root] = '\0';
  size_t length = root;
  const char* rest = path + root;
  while (*rest == '/') {
    const char* name = rest + 1;
    const size_t bytes = strcspn(name, "/");
    if (bytes > NAME_MAX || length + bytes + 2 > PATH_MAX) return path;
    char wanted[NAME_MAX + 1];
    memcpy(wanted, name, bytes);
    wanted[bytes] = '\0';
    char found[NAME_MAX + 1];
    memcpy(found, wanted, bytes + 1);
    if (bytes > 0) find_name(to, wanted, found);
    to[length] = '/';
    memcpy(to + length + 1, found, bytes + 1);
    length += bytes + 1;
    rest = name + bytes;
  }
  return to;
}
/** Declares what a path leads to. */
#define FOLDED(path, buffer) \
  char buffer[PATH_MAX];     \
  path = folded(path, buffer)

static int is_armed(void) { return control != NULL && atomic_load(&control->armed) == 1; }

/** Counts a call; 1 where it is to fail, with errno set. */
static int fails(int kind) {
  if ((control->kinds & kind) == 0) return 0;
  const int32_t now = atomic_fetch_add(&control->count, 1);
  if (now != control->at && !(control->lasting && now > control->at)) return 0;
  if (control->error == 0) {
    syscall(SYS_kill, getpid(), SIGKILL);
  }
  errno = control->error;
  return 1;
}

static int path_fails(int kind, const char* path) { return is_armed() && is_below(path) && fails(kind); }

static int either_fails(int kind, const char* one, const char* other) {
  return is_armed() && (is_below(one) || is_below(other)) && fails(kind);
}

static int file_fails(int kind, int file) {
  if (!is_armed()) return 0;
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return is_below(path) && fails(kind);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/** A call by a path, by two, and by what is open. */
#define BY_PATH(kind, result, name, failure, parameters, arguments, path) \
  result name parameters {                                               \
    if (path_fails(kind, path)) return failure;                           \
    FOLDED(path, as_it_is);                                               \
    return REAL(name) arguments;                                          \
  }
#define BY_FILE(kind, result, name, parameters, arguments) \
  result name parameters {                                 \
    if (file_fails(kind, file)) return -1;                 \
    return REAL(name) arguments;                           \
  }
/** Who reads by a stream asks it whether that failed. */
static int stream_fails(int kind, FILE* stream) {
  if (!file_fails(kind, fileno(stream))) return 0;
  stream->_flags |= 0x20;
  return 1;
}
#define BY_STREAM(kind, result, name, failure, parameters, arguments) \
  result name parameters {                                            \
    if (stream_fails(kind, stream)) return failure;                   \
    return REAL(name) arguments;                                      \
  }

static mode_t mode_of(int flags, va_list rest) {
  return (flags & (O_CREAT | O_TMPFILE)) ? (mode_t)va_arg(rest, int) : 0;
}
static int kind_of(int flags) { return (flags & O_CREAT) ? CREATE : OPEN; }

#define OPENING(name)                                          \
  int name(const char* path, int flags, ...) {                 \
    va_list rest;                                              \
    va_start(rest, flags);                                     \
    const mode_t mode = mode_of(flags, rest);                  \
    va_end(rest);                                              \
    if (path_fails(kind_of(flags), path)) return -1;           \
    FOLDED(path, as_it_is);                                    \
    return REAL(name)(path, flags, mode);                      \
  }
OPENING(open)
OPENING(open64)

BY_PATH(OPEN, DIR*, opendir, NULL, (const char* path), (path), path)
BY_PATH(OPEN, int, scandir64, -1,
        (const char* path, struct dirent64*** names, int (*take)(const struct dirent64*),
         int (*compare)(const struct dirent64**, const struct dirent64**)),
        (path, names, take, compare), path)

BY_FILE(READ, ssize_t, read, (int file, void* to, size_t bytes), (file, to, bytes))
BY_FILE(READ, ssize_t, pread, (int file, void* to, size_t bytes, off_t at), (file, to, bytes, at))
BY_FILE(READ, ssize_t, pread64, (int file, void* to, size_t bytes, off64_t at), (file, to, bytes, at))
BY_FILE(READ, ssize_t, readv, (int file, const struct iovec* to, int many), (file, to, many))
BY_FILE(READ, ssize_t, preadv64, (int file, const struct iovec* to, int many, off64_t at), (file, to, many, at))
BY_FILE(WRITE, ssize_t, write, (int file, const void* from, size_t bytes), (file, from, bytes))
BY_FILE(WRITE, ssize_t, pwrite, (int file, const void* from, size_t bytes, off_t at), (file, from, bytes, at))
BY_FILE(WRITE, ssize_t, pwrite64, (int file, const void* from, size_t bytes, off64_t at), (file, from, bytes, at))
BY_FILE(WRITE, ssize_t, writev, (int file, const struct iovec* from, int many), (file, from, many))
BY_FILE(WRITE, ssize_t, pwritev64, (int file, const struct iovec* from, int many, off64_t at), (file, from, many, at))
BY_FILE(WRITE, int, ftruncate, (int file, off_t bytes), (file, bytes))
BY_FILE(WRITE, int, ftruncate64, (int file, off64_t bytes), (file, bytes))
BY_FILE(SYNC, int, fsync, (int file), (file))
BY_FILE(SYNC, int, fdatasync, (int file), (file))
BY_FILE(RIGHTS, int, fchmod, (int file, mode_t mode), (file, mode))
BY_FILE(RIGHTS, int, fchown, (int file, uid_t owner, gid_t group), (file, owner, group))
BY_FILE(RIGHTS, int, futimens, (int file, const struct timespec times[2]), (file, times))

BY_STREAM(READ, size_t, fread, 0, (void* to, size_t size, size_t many, FILE* stream), (to, size, many, stream))
BY_STREAM(WRITE, size_t, fwrite, 0, (const void* from, size_t size, size_t many, FILE* stream),
          (from, size, many, stream))

int fflush(FILE* stream) {
  if (stream != NULL && stream_fails(WRITE, stream)) return EOF;
  return REAL(fflush)(stream);
}

/** What is renamed to its own name in another case has that from then on. */
int rename(const char* from, const char* to) {
  if (either_fails(NAME, from, to)) return -1;
  const char* asked = strrchr(to, '/');
  FOLDED(from, from_as_it_is);
  FOLDED(to, to_as_it_is);
  if (to == to_as_it_is && strcmp(from, to) == 0) strcpy(strrchr(to_as_it_is, '/'), asked);
  return REAL(rename)(from, to);
}

/** As Linux says of FAT. */
static int linking_fails(const char* from, const char* to) {
  if (is_armed() && control->linkless && is_below(to)) {
    errno = EPERM;
    return 1;
  }
  return either_fails(NAME, from, to);
}
int link(const char* from, const char* to) {
  if (linking_fails(from, to)) return -1;
  FOLDED(from, from_as_it_is);
  FOLDED(to, to_as_it_is);
  return REAL(link)(from, to);
}
int symlink(const char* from, const char* to) {
  if (linking_fails(NULL, to)) return -1;
  FOLDED(to, to_as_it_is);
  return REAL(symlink)(from, to);
}

BY_PATH(NAME, int, unlink, -1, (const char* path), (path), path)
BY_PATH(NAME, int, mkdir, -1, (const char* path, mode_t mode), (path, mode), path)
BY_PATH(NAME, int, rmdir, -1, (const char* path), (path), path)
BY_PATH(RIGHTS, int, chmod, -1, (const char* path, mode_t mode), (path, mode), path)
BY_PATH(RIGHTS, int, chown, -1, (const char* path, uid_t owner, gid_t group), (path, owner, group), path)
BY_PATH(RIGHTS, int, utimensat, -1, (int folder, const char* path, const struct timespec times[2], int flags),
        (folder, path, times, flags), path)
BY_PATH(LOOK, int, access, -1, (const char* path, int mode), (path, mode), path)
BY_PATH(LOOK, int, statfs64, -1, (const char* path, struct statfs64* found), (path, found), path)
BY_PATH(LOOK, ssize_t, readlink, -1, (const char* path, char* to, size_t bytes), (path, to, bytes), path)
BY_PATH(LOOK, char*, realpath, NULL, (const char* path, char* to), (path, to), path)

/** libuv looks at files by number of the call. */
long syscall(long number, ...) {
  long values[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) values[i] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_statx && is_armed()) {
    const char* path = (const char*)values[1];
    const int by_file = path == NULL || path[0] == '\0';
    if (by_file ? file_fails(LOOK, (int)values[0]) : path_fails(LOOK, path)) return -1;
    if (!by_file) {
      FOLDED(path, as_it_is);
      return REAL(syscall)(number, values[0], path, values[2], values[3], values[4], values[5]);
    }
  }
  if (number == SYS_copy_file_range && file_fails(WRITE, (int)values[2])) return -1;
  return REAL(syscall)(number, values[0], values[1], values[2], values[3], values[4], values[5]);
}
