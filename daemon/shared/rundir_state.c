/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/rundir_state.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* New files get the folder's group, root: processes of root without CAP_DAC_OVERRIDE can read them. */
#define FOLDER_MODE (S_ISGID | 0755)
#define FILE_MODE   0640

#define FORMER RUNDIR_STATE ".former"

static bool exists(const char *file)
{
	struct stat st;

	return lstat(file, &st) == 0;
}

/* ---- what an older version left ---- */

static bool has_flat_files(const char *path)
{
	bool is_one = false;

	for (size_t i = 0; !is_one && rundir_state_files[i]; i++) {
		char *file = rundir_former_file(path, rundir_state_files[i]);

		is_one = exists(file);
		free(file);
	}
	return is_one;
}

/* The files of the folder are out of date. */
static int former_remove(const char *former, struct err *err)
{
	for (size_t i = 0; rundir_state_files[i]; i++) {
		const char *name = strrchr(rundir_state_files[i], '/') + 1;
		char *file = mem_printf("%s/%s", former, name);
		char *fresh = mem_printf("%s.new", file);

		unlink(file);
		unlink(fresh);
		free(fresh);
		free(file);
	}
	if (rmdir(former) == 0 || errno == ENOENT)
		return 0;
	return err_set(err, -errno, "%s is out of date and cannot be removed: %s; run `rm -r %s`",
		       former, err_errno(errno), former);
}

/* From now on an interrupted move is recognized. */
static int put_aside(const char *folder, const char *former, struct err *err)
{
	if (exists(former) || rename(folder, former) == 0 ||
	    (errno == ENOENT && mkdir(former, 0700) == 0))
		return 0;
	return err_set(err, -errno, "%s cannot be renamed to %s: %s", folder, former,
		       err_errno(errno));
}

static int folder_make(const char *folder, struct err *err)
{
	if (mkdir(folder, 0755) == 0 || errno == EEXIST)
		return 0;
	return err_set(err, -errno, "%s cannot be created: %s", folder, err_errno(errno));
}

static int move_flat_files(const char *path, struct err *err)
{
	int code = 0;

	for (size_t i = 0; code == 0 && rundir_state_files[i]; i++) {
		char *from = rundir_former_file(path, rundir_state_files[i]);
		char *to = rundir_file(path, rundir_state_files[i]);

		if (rename(from, to) < 0 && errno != ENOENT)
			code = err_set(err, -errno, "%s cannot be moved to %s: %s", from, to,
				       err_errno(errno));
		free(to);
		free(from);
	}
	return code;
}

/* The addresses that a version before the last one may have left are still on the machine, unless the
 * last one had a list of its own. */
static void addresses_keep(const char *path, const char *former)
{
	char *from = mem_printf("%s%s", former, strrchr(RUNDIR_ADDRESSES, '/'));
	char *to = rundir_file(path, RUNDIR_ADDRESSES);

	if (!exists(to))
		(void)!rename(from, to);
	free(to);
	free(from);
}

static int folder_fill(const char *path, const char *folder, bool *is_moved, struct err *err)
{
	char *former = rundir_file(path, FORMER);
	bool is_older = has_flat_files(path);
	int code = is_older ? put_aside(folder, former, err) : 0;

	*is_moved |= is_older;
	if (code == 0)
		code = folder_make(folder, err);
	if (code == 0 && is_older)
		code = move_flat_files(path, err);
	if (code == 0 && exists(former)) {
		addresses_keep(path, former);
		code = former_remove(former, err);
	}
	free(former);
	return code;
}

/* ---- the owner of the folder ---- */

/* A file with a second name is left alone: its owner may be meant for that one. So is a file of a third
 * user: the former owner of the folder may have moved it here. */
static void file_hand_over(const char *file, uid_t former, uid_t owner)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return;
	/* A file that cannot be handed over is not read by the director, who says so. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_uid != owner &&
	    (st.st_uid == former || st.st_uid == 0) && fchown(fd, owner, 0) == 0)
		fchmod(fd, FILE_MODE);
	close(fd);
}

static bool is_handed_over(const char *path, const char *folder, uid_t owner)
{
	struct stat st;
	bool is_all = lstat(folder, &st) == 0 && st.st_uid == owner && st.st_gid == 0 &&
		      (st.st_mode & 07777) == FOLDER_MODE;

	for (size_t i = 0; is_all && rundir_state_files[i]; i++) {
		char *file = rundir_file(path, rundir_state_files[i]);

		is_all = lstat(file, &st) < 0 || st.st_uid == owner;
		free(file);
	}
	return is_all;
}

/* The folder is root's while its files change hands, so nobody can exchange them. Returns whether it
 * is another user's now. */
static bool folder_hand_over(const char *path, const char *folder, uid_t former, uid_t owner)
{
	if (geteuid() != 0 || is_handed_over(path, folder, owner) || chown(folder, 0, 0) < 0)
		return false;
	for (size_t i = 0; rundir_state_files[i]; i++) {
		char *file = rundir_file(path, rundir_state_files[i]);

		file_hand_over(file, former, owner);
		free(file);
	}
	if (chown(folder, owner, 0) < 0)
		return false;
	chmod(folder, FOLDER_MODE);
	return former != owner;
}

/* The folder of somebody else that could not be handed over. The number of a user who was removed may
 * have another user by now; then he may write there. */
static int owner_judge(const char *folder, uid_t owner, uid_t director, struct err *err)
{
	const struct passwd *user =
	    owner == 0 || owner == geteuid() || owner == director ? NULL : getpwuid(owner);

	if (!user)
		return 0;
	return err_set(err, -EPERM,
		       "%s belongs to the user %s, who is not the user of lvsd's director, and lvsd "
		       "cannot change that (CAP_CHOWN is missing): run `chown -R root %s` if its files "
		       "are lvsd's, else `rm -r %s`",
		       folder, user->pw_name, folder, folder);
}

int rundir_state_take(const char *path, uid_t *director, bool *is_moved, struct err *err)
{
	char *folder = rundir_file(path, RUNDIR_STATE);
	int code = folder_fill(path, folder, is_moved, err);
	struct stat st;

	if (code == 0 && lstat(folder, &st) == 0) {
		uid_t former = st.st_uid;

		/* Root's at the first start is what everybody expects. */
		if (folder_hand_over(path, folder, former, *director) && former != 0)
			log_warning("%s belonged to user %u and now belongs, with its files, to user "
				    "%u, as whom the director runs: if user %u was never lvsd's, stop "
				    "lvsd and run `rm -r %s`",
				    folder, former, *director, former, folder);
		if (lstat(folder, &st) == 0) {
			code = owner_judge(folder, st.st_uid, *director, err);
			*director = st.st_uid;
		}
	}
	free(folder);
	return code;
}

/* Whether root may have the file under a name of its own: it is nobody else's, and has one name. */
static bool is_roots(const char *file)
{
	struct stat st;

	return lstat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	       st.st_uid == geteuid();
}

void rundir_state_give_back(const char *path)
{
	char *folder = rundir_file(path, RUNDIR_STATE);
	struct stat st;

	if (lstat(folder, &st) == 0)
		folder_hand_over(path, folder, st.st_uid, geteuid());
	for (size_t i = 0; rundir_state_files[i]; i++) {
		char *from = rundir_file(path, rundir_state_files[i]);
		char *to = rundir_former_file(path, rundir_state_files[i]);

		if (to && is_roots(from) && rename(from, to) < 0)
			log_error("%s cannot be moved back to %s, where an older version of lvsd reads "
				  "it: %s",
				  from, to, err_errno(errno));
		free(to);
		free(from);
	}
	rmdir(folder); /* unless something is left in it */
	free(folder);
}
