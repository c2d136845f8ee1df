/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/sandbox.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The system calls of every process of lvsd: its loop, its sockets, its memory, its end. */
#define CALLS_OF_ALL                                                                               \
	"accept4", "arch_prctl", "bind", "brk", "clock_getres", "clock_gettime",                   \
	    "clock_nanosleep", "close", "connect", "dup", "dup2", "dup3", "epoll_create1",         \
	    "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2", "exit",          \
	    "exit_group", "fcntl", "fstat", "futex", "getcpu", "getegid", "geteuid", "getgid",     \
	    "getpeername", "getpid", "getppid", "getpriority", "getrandom", "getrlimit",           \
	    "getsockname", "getsockopt", "gettid", "gettimeofday", "getuid", "ioctl", "lseek",     \
	    "lstat", "madvise", "membarrier", "mmap", "mprotect", "mremap", "munmap",              \
	    "nanosleep", "newfstatat", "openat", "open", "pipe2", "poll", "ppoll", "prctl",        \
	    "pread64", "prlimit64", "read", "readlink", "readlinkat", "readv", "recvfrom",         \
	    "recvmmsg", "recvmsg", "restart_syscall", "rseq", "rt_sigaction", "rt_sigpending",     \
	    "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sched_getaffinity",              \
	    "sched_yield", "select", "sendmmsg", "sendmsg", "sendto", "set_robust_list",           \
	    "set_tid_address", "setsockopt", "shutdown", "sigaltstack", "signalfd4", "socket",     \
	    "socketpair", "stat", "statx", "sysinfo", "tgkill", "time", "timerfd_create",          \
	    "timerfd_gettime", "timerfd_settime", "tkill", "uname", "write", "writev"

/* The vrrp process also sets its real-time priority and processors, locks its memory, and shows the director that it
 * lives (pidfd_open). It has no call that makes a process or executes a program. */
const char *const sandbox_vrrp_calls[] = {
    CALLS_OF_ALL,     "listen",	      "mlock",	      "mlock2",		    "mlockall",
    "munlock",	      "munlockall",   "sched_getparam",	    "sched_getscheduler",
    "sched_setparam", "setpriority",  "sched_setscheduler", "setrlimit",
    "sched_setaffinity", "pidfd_open", NULL,
};

/* The check process: libcurl may start threads, and reads certificates. A timer watches its calls. */
const char *const sandbox_check_calls[] = {
    CALLS_OF_ALL, "access",   "clone",	    "clone3",	   "faccessat", "faccessat2",
    "getdents64", "kill",     "getgroups",  "statfs",	   "fstatfs",	"getresuid",
    "getresgid",  "ftruncate", "timer_create", "timer_settime", "timer_delete", NULL,
};

/* The sync process reads and writes sockets that it was given. */
const char *const sandbox_sync_calls[] = {CALLS_OF_ALL, NULL};

/* In /proc/self it finds the memory that it must lock. */
const struct sandbox_path sandbox_vrrp_paths[] = {
    {"/proc/sys/net", true},
    {"/proc/self", false},
    {NULL, false},
};

/* libseccomp can only write its program to a file, so this reads it from there. */
static int read_program(scmp_filter_ctx context, struct sandbox_filter *ret_filter)
{
	int fd = memfd_create("seccomp", MFD_CLOEXEC);
	int code = fd < 0 ? -errno : seccomp_export_bpf(context, fd);
	off_t size = code == 0 ? lseek(fd, 0, SEEK_END) : 0;
	struct sandbox_filter filter = {.n = (unsigned short)(size / (off_t)sizeof(*filter.items))};

	if (code == 0) {
		filter.items = mem_calloc(1, (size_t)size);
		if (pread(fd, filter.items, (size_t)size, 0) != size)
			code = -EIO;
	}
	if (fd >= 0)
		close(fd);
	if (code == 0)
		*ret_filter = filter;
	else
		free(filter.items);
	return code;
}

int sandbox_filter_make(const char *const *calls, struct sandbox_filter *ret_filter)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int code = context ? 0 : -ENOMEM;

	for (; *calls && code == 0; calls++) {
		int number = seccomp_syscall_resolve_name(*calls);

		/* a negative number: this architecture has no call of that name */
		if (number >= 0)
			code = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
	}
	if (code == 0)
		code = read_program(context, ret_filter);
	seccomp_release(context);
	return code;
}

void sandbox_filter_fini(struct sandbox_filter *filter)
{
	free(filter->items);
	*filter = (struct sandbox_filter){0};
}

int sandbox_calls(const struct sandbox_filter *filter)
{
	const struct sock_fprog program = {.len = filter->n, .filter = filter->items};

	if (!filter->items)
		return 0;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0 ? -errno : 0;
}

/* Everything that the Landlock version of this kernel can forbid. */
static uint64_t handled_by(int abi)
{
	uint64_t all = (UINT64_C(1) << 13) - 1; /* version 1: LANDLOCK_ACCESS_FS_MAKE_SYM is the last */

	if (abi >= 2)
		all |= UINT64_C(1) << 13; /* REFER */
	if (abi >= 3)
		all |= UINT64_C(1) << 14; /* TRUNCATE */
	return all;
}

static int allow(int ruleset, const struct sandbox_path *path)
{
	struct landlock_path_beneath_attr rule = {
	    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			      (path->is_writable ? LANDLOCK_ACCESS_FS_WRITE_FILE : 0),
	    .parent_fd = open(path->path, O_PATH | O_CLOEXEC),
	};
	int code = 0;

	if (rule.parent_fd < 0)
		return errno == ENOENT ? 0 : -errno; /* a path that does not exist needs no
							permission */
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		code = -errno;
	close(rule.parent_fd);
	return code;
}

int sandbox_paths(const struct sandbox_path *paths)
{
	struct landlock_ruleset_attr attr = {0};
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	int ruleset, code = 0;

	if (abi < 0)
		return -errno;
	attr.handled_access_fs = handled_by(abi);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return -errno;
	for (; paths->path && code == 0; paths++)
		code = allow(ruleset, paths);
	if (code == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		code = -errno;
	close(ruleset);
	return code;
}
