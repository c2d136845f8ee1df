/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/shared/admins.h"
#include "daemon/shared/rundir_state.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/trust.h"

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

/* Room for requests that come while the director is being replaced. */
#define LISTEN_BACKLOG 64

/* Larger than any file that lvsd writes there. A configuration with 40,000 real servers is a few
 * MB. */
#define FETCH_MAX (128 * 1024 * 1024)

/* Files of root, which decide what root does, or from which others learn which process to signal. */
static const char *const roots_files[] = {RUNDIR_PID, NULL};

static int judge_file(const char *file, uid_t also, struct err *err)
{
	struct stat st;

	if (lstat(file, &st) < 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL,
			       "%s is not a regular file: run `rm %s`, and lvsd creates it", file,
			       file);
	return trust_judge_of(file, &st, also, err);
}

/* The owner of the folder state; root if there is no such folder. */
static uid_t owner_of_state(const char *path)
{
	char *folder = rundir_file(path, RUNDIR_STATE);
	struct stat st;
	uid_t owner = lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) ? st.st_uid : 0;

	free(folder);
	return owner;
}

static int judge_state(const char *path, struct err *err)
{
	char *folder = rundir_file(path, RUNDIR_STATE);
	uid_t owner = owner_of_state(path);
	struct stat st;
	int code = 0;

	if (lstat(folder, &st) == 0 && !S_ISDIR(st.st_mode))
		code = err_set(err, -ENOTDIR, "%s is not a directory: run `rm %s`, and lvsd creates it",
			       folder, folder);
	else if (lstat(folder, &st) == 0)
		code = trust_judge_of(folder, &st, owner, err);
	free(folder);
	for (size_t i = 0; code == 0 && rundir_state_files[i]; i++) {
		char *file = rundir_file(path, rundir_state_files[i]);
		char *former = rundir_former_file(path, rundir_state_files[i]);

		code = judge_file(file, owner, err);
		if (code == 0)
			code = judge_file(former, 0, err);
		free(former);
		free(file);
	}
	return code;
}

int rundir_judge(const char *path, struct err *err)
{
	struct stat st;
	int code = stat(path, &st) < 0 ? 0 : trust_judge(path, &st, err);

	if (code == 0)
		code = trust_judge_parents(path, err);
	for (size_t i = 0; code == 0 && roots_files[i]; i++) {
		char *file = rundir_file(path, roots_files[i]);

		code = judge_file(file, 0, err);
		free(file);
	}
	return code == 0 ? judge_state(path, err) : code;
}

/* Creates the directory, or judges the one that exists. */
static int make_directory(const char *path, bool *ret_created, struct err *err)
{
	mode_t mask = umask(022); /* lvsctl and the director's user must be able to pass it */
	struct stat st;

	*ret_created = mkdir(path, 0755) == 0;
	umask(mask);
	if (!*ret_created && errno != EEXIST)
		return err_set(err, -errno, "the run dir %s cannot be created: %s", path,
			       err_errno(errno));
	if (!*ret_created && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
		return err_set(err, -ENOTDIR, "the run dir %s is not a directory", path);
	return rundir_judge(path, err);
}

/* Another process has locked the pid file that is open as fd: writes a sentence that says which
 * one. Returns -EEXIST. */
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
		code = say_locked(fd, path,
				  "; if it is stopping, wait until it has ended; otherwise give "
				  "this lvsd a run dir of its own with --run-dir",
				  err);
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

char *rundir_real(const char *path)
{
	char *real = realpath(path, NULL), *above = mem_strdup(path), *slash, *parent;

	for (size_t len = strlen(above); len > 1 && above[len - 1] == '/'; len--)
		above[len - 1] = '\0';
	slash = strrchr(above, '/');
	if (!real && slash && slash != above) {
		*slash = '\0';
		parent = realpath(above, NULL);
		if (parent)
			real = mem_printf("%s/%s", parent, slash + 1);
		free(parent);
	}
	free(above);
	return real ? real : mem_strdup(path);
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
		admins_let_in(file);
	}
	umask(mask);
	free(file);
	return code;
}

bool rundir_may_be_stale(const char *path, struct err *err)
{
	char *folder = rundir_file(path, RUNDIR_STATE);
	struct stat stat_buf;
	/* The director writes there as the folder's owner, without CAP_DAC_OVERRIDE. */
	bool is_locked = stat(folder, &stat_buf) == 0 && !(stat_buf.st_mode & S_IWUSR);

	is_locked = is_locked || (access(folder, W_OK) < 0 && errno == EROFS);
	if (is_locked)
		err_set(err, -EROFS,
			"%s cannot be written by lvsd, so its applied.conf may have an earlier "
			"configuration than the one in force",
			folder);
	free(folder);
	return is_locked;
}

static bool is_gone(char *file)
{
	bool is_unlinked = !file || unlink(file) == 0 || errno == ENOENT;

	free(file);
	return is_unlinked;
}

bool rundir_remove(const char *path, const char *name)
{
	bool is_former_gone = is_gone(rundir_former_file(path, name));

	return is_gone(rundir_file(path, name)) && is_former_gone;
}

static struct rundir_id id_of(const char *path, const char *name)
{
	char *file = name ? rundir_file(path, name) : mem_strdup(path);
	struct rundir_id id = {0};
	struct stat st;

	/* The directory itself may be a symbolic link; its files may not. */
	if ((name ? lstat(file, &st) : stat(file, &st)) == 0)
		id = (struct rundir_id){st.st_dev, st.st_ino};
	free(file);
	return id;
}

static bool is_same_file(struct rundir_id a, struct rundir_id b)
{
	return a.inode && a.inode == b.inode && a.device == b.device;
}

/* Fails, as it should, while owned.json or applied.conf is in the folder state, and where another lvsd
 * has the directory now. */
static void remove_directory(const char *path)
{
	char *folder = rundir_file(path, RUNDIR_STATE);

	if (!id_of(path, RUNDIR_PID).inode) {
		rmdir(folder);
		rmdir(path);
	}
	free(folder);
}

/* Takes the run directory dir, whose path, director and is_created are set. */
static int take_place(struct rundir *dir, struct err *err)
{
	bool is_created;
	int code = make_directory(dir->path, &is_created, err);

	dir->is_created |= is_created;
	if (code == 0)
		code = lock_pid_file(dir->path, &dir->pid_fd, err);
	if (code == 0) {
		/* Not before: a lvsd of an older version may run here, with its files. */
		code = rundir_state_take(dir->path, &dir->director, &dir->is_moved, err);
		if (code == 0)
			code = listen_on(dir->path, &dir->listen_fd, err);
		if (code < 0) {
			if (!dir->state.inode && dir->is_moved)
				rundir_state_give_back(dir->path);
			rundir_remove(dir->path, RUNDIR_PID);
			close(dir->pid_fd);
			dir->pid_fd = -1;
		}
	}
	if (code < 0 && is_created)
		remove_directory(dir->path);
	if (code < 0)
		return code;
	dir->directory = id_of(dir->path, NULL);
	dir->state = id_of(dir->path, RUNDIR_STATE);
	dir->pid = id_of(dir->path, RUNDIR_PID);
	dir->socket = id_of(dir->path, RUNDIR_CONTROL);
	return 0;
}

int rundir_open(const char *path, uid_t director, struct rundir *ret_dir, struct err *err)
{
	struct rundir dir = {
	    .path = mem_strdup(path), .pid_fd = -1, .listen_fd = -1, .director = director};
	int code = take_place(&dir, err);

	if (code == 0)
		*ret_dir = dir;
	else
		free(dir.path);
	return code;
}

bool rundir_is_whole(const struct rundir *dir)
{
	return is_same_file(dir->directory, id_of(dir->path, NULL)) &&
	       is_same_file(dir->state, id_of(dir->path, RUNDIR_STATE)) &&
	       is_same_file(dir->pid, id_of(dir->path, RUNDIR_PID)) &&
	       is_same_file(dir->socket, id_of(dir->path, RUNDIR_CONTROL));
}

static void remove_own(const struct rundir *dir, const char *name, struct rundir_id own)
{
	if (is_same_file(own, id_of(dir->path, name)))
		rundir_remove(dir->path, name);
}

/* Lets the run directory go: removes the files that this lvsd created, if they are still there. */
static void leave_place(struct rundir *dir)
{
	remove_own(dir, RUNDIR_CONTROL, dir->socket);
	remove_own(dir, RUNDIR_PID, dir->pid);
	if (dir->listen_fd >= 0)
		close(dir->listen_fd);
	if (dir->pid_fd >= 0)
		close(dir->pid_fd);
	dir->listen_fd = dir->pid_fd = -1;
	/* Files of another lvsd may get the same inode numbers next. */
	dir->socket = dir->pid = (struct rundir_id){0};
}

int rundir_renew(struct rundir *dir, struct err *err)
{
	leave_place(dir);
	return take_place(dir, err);
}

void rundir_give_back(const struct rundir *dir)
{
	if (dir->is_moved && is_same_file(dir->state, id_of(dir->path, RUNDIR_STATE)))
		rundir_state_give_back(dir->path);
}

void rundir_close(struct rundir *dir)
{
	if (!dir->path)
		return;
	leave_place(dir);
	if (dir->is_created && is_same_file(dir->directory, id_of(dir->path, NULL)))
		remove_directory(dir->path);
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
	mode_t mask = umask(0137);
	int fd, code;

	/* A file that a crash left there may be anybody's. */
	unlink(fresh);
	/* The group, which is root's, is for processes of root without CAP_DAC_OVERRIDE. */
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	umask(mask);
	code = fd < 0 ? -errno : write_all(fd, text, len);
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

/* also: a further user who may own the file. */
static int read_all(const char *file, int fd, uid_t also, char **ret_text, size_t *ret_len)
{
	struct stat st;
	struct err err;
	size_t len = 0;
	char *text;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size > FETCH_MAX)
		return -EINVAL;
	if (trust_judge_of(file, &st, also, &err) < 0) {
		log_error("a file of the run dir is not used: %s", err.text);
		return -EPERM;
	}
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

static int fetch_file(char *file, uid_t also, char **ret_text, size_t *ret_len)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int code = fd < 0 ? -errno : read_all(file, fd, also, ret_text, ret_len);

	if (fd >= 0)
		close(fd);
	free(file);
	return code;
}

int rundir_fetch(const char *path, const char *name, char **ret_text, size_t *ret_len)
{
	char *former = rundir_former_file(path, name);
	bool is_root = !former;
	int code = former ? fetch_file(former, 0, ret_text, ret_len) : -ENOENT;

	if (code == -ENOENT)
		code = fetch_file(rundir_file(path, name), is_root ? 0 : owner_of_state(path), ret_text,
				  ret_len);
	return code;
}
