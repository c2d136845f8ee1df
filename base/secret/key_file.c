/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/secret/key_file.h"
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

int key_file_judge(const char *path, const struct stat *st, struct err *err)
{
	unsigned mode = st->st_mode & 07777;

	if (!S_ISREG(st->st_mode))
		return err_set(err, -EINVAL,
			       "key file %s is not a regular file: name a file, such as `" KEY_FILE_MAKE "` makes one",
			       path);
	if (st->st_uid != 0)
		return err_set(err, -EPERM,
			       "key file %s belongs to uid %u, who can read and change it: run `chown root %s`", path,
			       st->st_uid, path);
	if (mode & ~0600u)
		return err_set(err, -EPERM,
			       "key file %s (mode %04o) can be used by others than root: run `chmod 0600 %s`, and make "
			       "another key if anybody may have read this one",
			       path, mode, path);
	if (mode != 0600 && mode != 0400)
		return err_set(err, -EPERM, "key file %s (mode %04o) cannot be read by root: run `chmod 0600 %s`", path,
			       mode, path);
	if (st->st_size < KEY_FILE_MIN)
		return err_set(err, -EINVAL,
			       "key file %s has %lld bytes, and a key that nobody can guess has at least %d: make one "
			       "with `" KEY_FILE_MAKE "`",
			       path, (long long)st->st_size, KEY_FILE_MIN);
	if (st->st_size > KEY_FILE_MAX)
		return err_set(err, -EFBIG,
			       "key file %s has %lld bytes, and a key has at most %d: make one with `" KEY_FILE_MAKE
			       "`",
			       path, (long long)st->st_size, KEY_FILE_MAX);
	return 0;
}

static int cannot_open(const char *path, int code, struct err *err)
{
	if (code == -ENOENT || code == -ENOTDIR)
		return err_set(err, code,
			       "key file %s does not exist: make it with `" KEY_FILE_MAKE " %s` on one director, and "
			       "copy it to the others",
			       path, path);
	if (code == -EACCES && geteuid() != 0)
		return err_set(err, code,
			       "whether key file %s is right cannot be checked by this user: run this as root", path);
	return err_set(err, code, "key file %s cannot be opened: %s%s", path, err_errno(code), trust_way_to_open(code));
}

int key_file_check(const char *path, struct err *err)
{
	struct stat st;
	int code;

	if (stat(path, &st) < 0)
		return cannot_open(path, -errno, err);
	code = key_file_judge(path, &st, err);
	return code < 0 ? code : trust_judge_parents(path, err);
}

/* Reads to the end, len bytes at most. Returns how many bytes, or -errno. */
static ssize_t key_bytes_read(int fd, uint8_t *bytes, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len && (n = read(fd, bytes + done, len - done)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int key_file_read(const char *path, uint8_t ret_bytes[static KEY_FILE_MAX], size_t *ret_len, struct err *err)
{
	struct stat st;
	ssize_t n = 0;
	int fd, code = key_file_check(path, err);

	if (code < 0)
		return code;
	/* Without O_NONBLOCK, opening a FIFO that has just come would wait for a writer. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return cannot_open(path, -errno, err);
	/* The file may be another one than a moment ago. */
	code = fstat(fd, &st) < 0 ? cannot_open(path, -errno, err) : key_file_judge(path, &st, err);
	if (code == 0) {
		n = key_bytes_read(fd, ret_bytes, KEY_FILE_MAX);
		if (n < 0)
			code = err_set(err, (int)n, "key file %s cannot be read: %s", path, err_errno((int)n));
		else if (n < KEY_FILE_MIN)
			code = err_set(err, -EINVAL, "key file %s has lost bytes while it was read: try again", path);
	}
	close(fd);
	if (code < 0)
		explicit_bzero(ret_bytes, KEY_FILE_MAX);
	else
		*ret_len = (size_t)n;
	return code;
}

static int key_bytes_write(int fd, const uint8_t *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int random_fill(uint8_t *bytes, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = getrandom(bytes + done, len - done, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	return 0;
}

int key_file_make(const char *path, uint8_t ret_bytes[static KEY_FILE_MIN], struct err *err)
{
	int code, fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		code = -errno;
		return code == -EEXIST
			   ? err_set(err, code,
				     "%s exists, and a key that is in use must not change on one director alone: to "
				     "replace a key, make a new file, such as `" KEY_FILE_MAKE " %s.new`, and name it "
				     "as a second key_file with another id on all directors first",
				     path, path)
			   : err_set(err, code, "%s cannot be made: %s", path, err_errno(code));
	}
	/* The umask may have taken a bit of the owner. */
	code = fchmod(fd, 0600) < 0 ? -errno : random_fill(ret_bytes, KEY_FILE_MIN);
	if (code == 0)
		code = key_bytes_write(fd, ret_bytes, KEY_FILE_MIN);
	if (close(fd) < 0 && code == 0)
		code = -errno;
	if (code == 0)
		return 0;
	unlink(path);
	explicit_bzero(ret_bytes, KEY_FILE_MIN);
	return err_set(err, code, "%s cannot be written: %s", path, err_errno(code));
}
