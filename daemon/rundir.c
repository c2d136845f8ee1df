/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/rundir.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Requests that wait while the director is being replaced. */
#define LISTEN_BACKLOG 64

/* Larger than any file that lvsd writes there: a configuration of 40,000 real servers is a few MB.
 */
#define FETCH_MAX (128 * 1024 * 1024)

char *rundir_file(const char *path, const char *name)
{
	return mem_printf("%s/%s", path, name);
}

static int make_directory(const char *path, bool *ret_created, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0755) == 0) {
		*ret_created = true;
		return 0;
	}
	if (errno != EEXIST)
		return err_set(err, -errno, "the run dir %s cannot be made: %s", path,
			       err_errno(errno));
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_set(err, -ENOTDIR, "the run dir %s is not a directory", path);
	return 0;
}

/* Somebody else has the lock of the pid file that is open as fd: says who. Returns -EEXIST. */
static int say_locked(int fd, const char *path, const char *way_out, struct err *err)
{
	char pid[32];
	ssize_t len = pread(fd, pid, sizeof(pid) - 1, 0);

	pid[len > 0 ? len : 0] = '\0';
	return err_set(err, -EEXIST, "another lvsd (pid %d) runs with the run dir %s%s", atoi(pid),
		       path, way_out);
}

static int lock_pid_file(const char *path, int *ret_fd, struct err *err)
{
	char *file = rundir_file(path, RUNDIR_PID);
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644), code = 0;

	if (fd < 0) {
		code = err_set(err, -errno, "%s cannot be written: %s", file, err_errno(errno));
	} else if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		code = say_locked(fd, path, "; give this one its own with --run-dir", err);
		close(fd);
	} else if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) {
		code = err_set(err, -errno, "%s cannot be written: %s", file, err_errno(errno));
		unlink(file);
		close(fd);
	} else {
		*ret_fd = fd;
	}
	free(file);
	return code;
}

bool rundir_is_used(const char *path, struct err *err)
{
	char *file = rundir_file(path, RUNDIR_PID);
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool is_used = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0;

	if (is_used)
		say_locked(fd, path, "", err);
	if (fd >= 0)
		close(fd);
	free(file);
	return is_used;
}

static int listen_on(const char *path, int *ret_fd, struct err *err)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	char *file = rundir_file(path, RUNDIR_CONTROL);
	int fd, code = 0;
	mode_t mask;

	if (strlen(file) >= sizeof(sa.sun_path)) {
		code = err_set(err, -ENAMETOOLONG,
			       "the run dir %s is too long for a socket: %zu bytes at most", path,
			       sizeof(sa.sun_path) - sizeof(RUNDIR_CONTROL) - 1);
		free(file);
		return code;
	}
	strcpy(sa.sun_path, file);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	unlink(file);
	mask = umask(0177);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    listen(fd, LISTEN_BACKLOG) < 0) {
		code = err_set(err, -errno, "%s cannot be listened on: %s", file, err_errno(errno));
		if (fd >= 0)
			close(fd);
	} else {
		*ret_fd = fd;
	}
	umask(mask);
	free(file);
	return code;
}

void rundir_remove(const char *path, const char *name)
{
	char *file = rundir_file(path, name);

	unlink(file);
	free(file);
}

int rundir_open(const char *path, struct rundir *ret_dir, struct err *err)
{
	struct rundir dir = {.pid_fd = -1, .listen_fd = -1};
	int code = make_directory(path, &dir.is_created, err);

	if (code < 0)
		return code;
	code = lock_pid_file(path, &dir.pid_fd, err);
	if (code == 0) {
		code = listen_on(path, &dir.listen_fd, err);
		if (code < 0) {
			rundir_remove(path, RUNDIR_PID);
			close(dir.pid_fd);
		}
	}
	if (code < 0) {
		if (dir.is_created)
			rmdir(path);
		return code;
	}
	dir.path = mem_strdup(path);
	*ret_dir = dir;
	return 0;
}

void rundir_close(struct rundir *dir)
{
	if (!dir->path)
		return;
	rundir_remove(dir->path, RUNDIR_CONTROL);
	rundir_remove(dir->path, RUNDIR_PID);
	close(dir->listen_fd);
	close(dir->pid_fd);
	if (dir->is_created)
		rmdir(dir->path); /* stays when owned.json or applied.conf are in it */
	free(dir->path);
	dir->path = NULL;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int rundir_store(const char *path, const char *name, const char *text, size_t len, struct err *err)
{
	char *file = rundir_file(path, name), *fresh = mem_printf("%s/%s.new", path, name);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int code = fd < 0 ? -errno : write_all(fd, text, len);

	if (fd >= 0 && close(fd) < 0 && code == 0)
		code = -errno;
	if (code == 0 && rename(fresh, file) < 0)
		code = -errno;
	if (code < 0) {
		unlink(fresh);
		err_set(err, code, "%s cannot be written: %s", file, err_errno(code));
	}
	free(fresh);
	free(file);
	return code;
}

static int read_all(int fd, char **ret_text, size_t *ret_len)
{
	struct stat st;
	size_t len = 0;
	char *text;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > FETCH_MAX)
		return -EINVAL;
	text = mem_calloc((size_t)st.st_size + 1, 1);
	while (len < (size_t)st.st_size &&
	       (n = read(fd, text + len, (size_t)st.st_size - len)) != 0) {
		if (n < 0 && errno != EINTR) {
			free(text);
			return -errno;
		}
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	*ret_text = text;
	*ret_len = len;
	return 0;
}

int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len)
{
	char *file = rundir_file(path, name);
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), code;

	free(file);
	if (fd < 0)
		return -errno;
	code = read_all(fd, ret_text, ret_len);
	close(fd);
	return code;
}
