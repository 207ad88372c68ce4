/*
 * Faults beneath a process: loaded before the C library (LD_PRELOAD), it stands between the process
 * and the files of one journal.
 *
 * FAULTS_JOURNAL  the real path of the journal; files whose name begins so are watched, but for its
 *                 lock (held by the system) and its -shm (rebuilt after a power loss).
 * FAULTS_CONTROL  a file of 64-bit numbers, shared with the test that asks for faults while the
 *                 process runs (the slots are below; `shim.py` has them too).
 * FAULTS_TAPE     a file to which everything is told that matters after a power loss: what was
 *                 written, cut, synced, created, renamed, removed, and each acknowledgement (bytes
 *                 that begin "HTTP/1.1 202", or a line "ack ...") before it is sent.
 *
 * The tape is a row of records: a header, a name, data. Each process begins with one of its own. A
 * sync tells how many its process had written when it began: what came later it may have missed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum op {
    WRITE = 1, SYNC = 2, TRUNCATE = 4, CREATE = 8, UNLINK = 16, RENAME = 32, ACK = 64, BEGIN = 128,
    READ = 256
};
enum kind { NONE = 0, MAIN = 1, WAL = 2, OTHER = 4, FOLDER = 8, SOCKET = 16 };
enum mode { PASS = 0, FAIL = 1, KILL_BEFORE = 2, KILL_AFTER = 3, KILL_HALF = 4, DELAY = 5 };
/* The slots of the control file. Of the matching calls SKIP pass first, then TIMES are hit. */
enum slot { S_MODE, S_OPS, S_KINDS, S_SKIP, S_TIMES, S_ERRNO, S_HIT, S_CLOCK, S_MILLIS, SLOTS };

struct header { uint32_t op, name; int64_t offset, data; };

#define MOST_FILES 4096
static struct { enum kind kind; char name[256]; } files[MOST_FILES];
static volatile int64_t idle[SLOTS];
static volatile int64_t *control = idle;
static char journal[PATH_MAX], folder[PATH_MAX];
static int tape = -1;
static int64_t taped;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(call) \
    static __typeof__(&call) real; \
    if (!real) real = (__typeof__(&call))dlsym(RTLD_NEXT, #call)

static int raw_open(const char *path, int flags) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

static int aside(int fd) {
    /* Out of the way of those that close the low numbers. */
    int moved = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 1000);
    syscall(SYS_close, fd);
    return moved;
}

/* --- which file -------------------------------------------------------------------------------- */

static enum kind kind_of(const char *path) {
    size_t length = strlen(journal);
    if (!length) return NONE;
    if (!strcmp(path, folder)) return FOLDER;
    if (strncmp(path, journal, length)) return NONE;
    const char *rest = path + length;
    if (!*rest) return MAIN;
    if (!strcmp(rest, "-wal")) return WAL;
    return strcmp(rest, "-shm") && strcmp(rest, ".lock") ? OTHER : NONE;
}

static const char *base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void remember(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (fd >= MOST_FILES) return;
    path[length > 0 ? length : 0] = 0;
    files[fd].kind = kind_of(path);
    if (files[fd].kind) snprintf(files[fd].name, sizeof files[fd].name, "%.255s", base(path));
}

static enum kind kind_at(int fd) { return fd >= 0 && fd < MOST_FILES ? files[fd].kind : NONE; }

/* --- the tape ---------------------------------------------------------------------------------- */

static void tell(enum op op, const char *name, int64_t offset, const void *data, int64_t size) {
    if (tape < 0) return;
    struct header head = {op, (uint32_t)strlen(name), offset, size};
    struct iovec parts[3] = {
        {&head, sizeof head}, {(void *)name, head.name}, {(void *)data, (size_t)size}};
    pthread_mutex_lock(&turn);
    syscall(SYS_writev, tape, parts, 3);
    taped++;
    pthread_mutex_unlock(&turn);
}

static int64_t taped_so_far(void) {
    pthread_mutex_lock(&turn);
    int64_t count = taped;
    pthread_mutex_unlock(&turn);
    return count;
}

static void tell_acknowledgement(const void *data, size_t size) {
    int answer = size >= 12 && !memcmp(data, "HTTP/1.", 7) && memmem(data, size, " 202 ", 5);
    if (answer || (size >= 4 && !memcmp(data, "ack ", 4))) tell(ACK, "", 0, data, (int64_t)size);
}

static void begin_process(void) {
    taped = 0;
    tell(BEGIN, "", 0, NULL, 0);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULTS_JOURNAL");
    if (text) {
        snprintf(journal, sizeof journal, "%s", text);
        snprintf(folder, sizeof folder, "%s", text);
        char *slash = strrchr(folder, '/');
        if (slash) *slash = 0;
    }
    if ((text = getenv("FAULTS_CONTROL"))) {
        int fd = raw_open(text, O_RDWR);
        void *there = mmap(NULL, sizeof idle, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (fd < 0 || there == MAP_FAILED) abort();
        syscall(SYS_close, fd);
        control = there;
    }
    if ((text = getenv("FAULTS_TAPE"))) tape = aside(raw_open(text, O_WRONLY | O_CREAT | O_APPEND));
    begin_process();
    pthread_atfork(NULL, NULL, begin_process);
}

/* --- faults ------------------------------------------------------------------------------------ */

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int take(volatile int64_t *count) { /* whether there was one left to take */
    int64_t left = __atomic_load_n(count, __ATOMIC_SEQ_CST);
    while (left > 0)
        if (__atomic_compare_exchange_n(count, &left, left - 1, 0, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST))
            return 1;
    return left < 0;
}

/* How this call is to fail. Kills before it and delays are carried out right here. */
static enum mode fault(enum op op, enum kind kind) {
    enum mode mode = (enum mode)control[S_MODE];
    if (!mode || !(control[S_OPS] & op) || !(control[S_KINDS] & kind)) return PASS;
    if (control[S_SKIP] > 0 && take(&control[S_SKIP])) return PASS;
    if (!take(&control[S_TIMES])) return PASS;
    __atomic_fetch_add(&control[S_HIT], 1, __ATOMIC_SEQ_CST);
    if (mode == KILL_BEFORE) die();
    if (mode == DELAY) {
        struct timespec pause = {control[S_MILLIS] / 1000, control[S_MILLIS] % 1000 * 1000000};
        nanosleep(&pause, NULL);
        return PASS;
    }
    if (mode == FAIL) errno = (int)control[S_ERRNO];
    return mode;
}

/* --- files ------------------------------------------------------------------------------------- */

/* After an open: remember the file, and tell of it where it was made. */
static int opened(int fd, int fresh, enum mode how) {
    if (fd < 0) return fd;
    remember(fd);
    if (!fresh || !(kind_at(fd) & (MAIN | WAL | OTHER))) return fd;
    tell(CREATE, files[fd].name, 0, NULL, 0);
    if (how == KILL_AFTER) die();
    return fd;
}

#define OPEN(call, there, ...) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    } \
    REAL(call); \
    int fresh = (flags & O_CREAT) && there != 0; \
    enum mode how = fresh ? fault(CREATE, kind_of(path)) : PASS; \
    if (how == FAIL) return -1; \
    return opened(real(__VA_ARGS__, flags, mode), fresh, how)

int open(const char *path, int flags, ...) { OPEN(open, access(path, F_OK), path); }
int open64(const char *path, int flags, ...) { OPEN(open64, access(path, F_OK), path); }
int openat(int at, const char *path, int flags, ...) {
    OPEN(openat, faccessat(at, path, F_OK, 0), at, path);
}
int openat64(int at, const char *path, int flags, ...) {
    OPEN(openat64, faccessat(at, path, F_OK, 0), at, path);
}

int close(int fd) {
    REAL(close);
    if (kind_at(fd)) files[fd].kind = NONE;
    return real(fd);
}

static ssize_t raw_pwrite(int fd, const void *data, size_t size, off_t offset) {
    return syscall(SYS_pwrite64, fd, data, size, offset);
}

static ssize_t write_at(int fd, const void *data, size_t size, off_t offset) {
    enum mode how = fault(WRITE, kind_at(fd));
    if (how == FAIL) return -1;
    if (how == KILL_HALF) size /= 2;
    ssize_t written = raw_pwrite(fd, data, size, offset);
    if (written > 0) tell(WRITE, files[fd].name, offset, data, written);
    if (how == KILL_AFTER || how == KILL_HALF) die();
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    if (kind_at(fd) & (MAIN | WAL | OTHER)) return write_at(fd, data, size, offset);
    return raw_pwrite(fd, data, size, offset);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return pwrite(fd, data, size, offset);
}

ssize_t pread(int fd, void *data, size_t size, off_t offset) {
    if ((kind_at(fd) & (MAIN | WAL | OTHER)) && fault(READ, kind_at(fd)) == FAIL) return -1;
    return syscall(SYS_pread64, fd, data, size, offset);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t offset) {
    return pread(fd, data, size, offset);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (!(kind_at(fd) & (MAIN | WAL | OTHER))) {
        tell_acknowledgement(data, size);
        return real(fd, data, size);
    }
    ssize_t written = write_at(fd, data, size, lseek(fd, 0, SEEK_CUR));
    if (written > 0) lseek(fd, written, SEEK_CUR);
    return written;
}

int ftruncate(int fd, off_t size) {
    if (!(kind_at(fd) & (MAIN | WAL | OTHER))) return (int)syscall(SYS_ftruncate, fd, size);
    enum mode how = fault(TRUNCATE, kind_at(fd));
    if (how == FAIL) return -1;
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (!done) tell(TRUNCATE, files[fd].name, size, NULL, 0);
    if (how == KILL_AFTER) die();
    return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int sync_with(long call, int fd) {
    enum kind kind = kind_at(fd);
    if (!kind) return (int)syscall(call, fd);
    enum mode how = fault(SYNC, kind);
    if (how == FAIL) return -1;
    int64_t before = taped_so_far();
    int done = (int)syscall(call, fd);
    /* The folder goes by the name of none of its files. */
    if (!done) tell(SYNC, kind == FOLDER ? "" : files[fd].name, before, NULL, 0);
    if (how == KILL_AFTER) die();
    return done;
}
int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

int unlink(const char *path) {
    REAL(unlink);
    enum mode how = fault(UNLINK, kind_of(path));
    if (how == FAIL) return -1;
    int done = real(path);
    if (!done && (kind_of(path) & (MAIN | WAL | OTHER))) tell(UNLINK, base(path), 0, NULL, 0);
    if (how == KILL_AFTER) die();
    return done;
}

int rename(const char *from, const char *to) {
    REAL(rename);
    enum mode how = fault(RENAME, kind_of(from) | kind_of(to));
    if (how == FAIL) return -1;
    int done = real(from, to);
    if (!done && (kind_of(from) || kind_of(to)))
        tell(RENAME, base(from), 0, base(to), (int64_t)strlen(base(to)));
    if (how == KILL_AFTER) die();
    return done;
}

/* --- acknowledgements -------------------------------------------------------------------------- */

ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(send);
    tell_acknowledgement(data, size);
    return real(fd, data, size, flags);
}

static void tell_parts(const struct iovec *parts, size_t count) {
    for (size_t one = 0; one < count; one++)
        tell_acknowledgement(parts[one].iov_base, parts[one].iov_len);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    tell_parts(parts, (size_t)count);
    return real(fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    tell_parts(message->msg_iov, message->msg_iovlen);
    return real(fd, message, flags);
}

/* --- the clock --------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int done = real(clock, now);
    if (!done && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += control[S_CLOCK];
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    REAL(gettimeofday);
    int done = real(now, zone);
    if (!done) now->tv_sec += control[S_CLOCK];
    return done;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}
