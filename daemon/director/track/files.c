/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/files.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/track/number.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_EVENTS                                                                                 \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |   \
	 IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR)
#define TARGET_EVENTS (IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
/* Directories may come and go while they are looked for; the next event begins another pass. */
#define PASSES_MAX 8

/* --- the file --- */

/* The state of a file that could not be read. A file that exists but may not be read can have any
 * number, so it does not count as 0. */
static enum vrrp_source_state state_unread(int error)
{
	return error == EACCES || error == EPERM ? VRRP_SOURCE_UNKNOWN : VRRP_SOURCE_NUMBER;
}

static const char *why_unread(int error)
{
	if (error == ENOENT)
		return "it does not exist";
	return state_unread(error) == VRRP_SOURCE_UNKNOWN ? "the director process may not read it"
							  : strerror(error);
}

/* Reads the number. source has the one that counted before. Returns NULL, or what is wrong with the file. */
static const char *number_fetch(const char *path, struct vrrp_source *source)
{
	/* A FIFO must not be waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char bytes[TRACK_NUMBER_MAX + 1];
	int32_t number = source->number;
	const char *why;
	struct stat info;
	ssize_t len;

	source->number = 0;
	source->state = fd < 0 ? state_unread(errno) : VRRP_SOURCE_NUMBER;
	if (fd < 0)
		return why_unread(errno);
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode)) {
		close(fd);
		return "it is not a regular file";
	}
	len = read(fd, bytes, sizeof(bytes));
	why = len < 0 ? strerror(errno) : track_number_read(bytes, (size_t)len, &number);
	if (len >= 0)
		source->number = number;
	close(fd);
	return why;
}

static void complain(struct track_file *file)
{
	char text[PATH_MAX + 128];

	snprintf(text, sizeof(text), "track_file=%s counts as %d: %s: %s", file->conf->name,
		 file->source.number, file->conf->path, file->source.text);
	log_limited_warning(&file->complaints, text);
}

/* Logs that the file may not be read. This needs no limit: it happens once for each load, and when
 * the file becomes unreadable. */
static void complain_of_rights(const struct track_file *file)
{
	const char *path = file->conf->path;

	/* Numbers: nothing here waits for a name service. */
	log_warning("track_file=%s has no verdict, and does not count: the director process, which "
		    "runs as uid %u, may not read %s: run `chgrp %u %s` and `chmod g+r %s`, and let "
		    "this user list and pass its folders (chmod o+rx)",
		    file->conf->name, (unsigned)geteuid(), path, (unsigned)getegid(), path, path);
}

static void file_read(struct track_files *files, struct track_file *file)
{
	struct vrrp_source *source = &file->source, before = *source;
	const char *why = number_fetch(file->conf->path, source);

	file->is_due = false;
	file->read_at = clock_mono();
	snprintf(source->text, sizeof(source->text), "%s", why ? why : "");
	if (before.state == source->state && before.number == source->number &&
	    !strcmp(before.text, source->text))
		return;
	if (source->state == VRRP_SOURCE_UNKNOWN)
		complain_of_rights(file);
	else if (why)
		complain(file);
	files->fn(source, files->arg);
}

/* --- what is watched --- */

/* The length of the directory of a path, of which the first len bytes count: "/a/b": 2, "/a": 1. */
static size_t parent_len(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* Watches the directory of the file, or the nearest one above that exists. Returns its length. */
static size_t nearest_watch(const struct track_files *files, struct track_file *file)
{
	const char *path = file->conf->path;
	size_t below = strlen(path), len = parent_len(path, below);
	char dir[PATH_MAX];

	for (;; below = len, len = parent_len(path, len)) {
		snprintf(dir, sizeof(dir), "%.*s", (int)len, path);
		file->dir_wd = inotify_add_watch(files->fd, dir, DIR_EVENTS);
		file->awaited = path + len + strspn(path + len, "/");
		file->awaited_len = (size_t)(path + below - file->awaited);
		if (below == strlen(path))
			file->folder_error = file->dir_wd < 0 ? errno : 0;
		if (file->dir_wd >= 0 || len <= 1)
			return len;
	}
}

/* Watches the file, or its nearest directory. If the next part of the path was made in the
 * meantime, tries again. */
static void file_watch(const struct track_files *files, struct track_file *file)
{
	const char *path = file->conf->path;
	size_t found = 0, before;
	struct stat info;

	/* Before: if the path leads elsewhere meanwhile, the next look finds that. */
	file->place = place_of_file(path);
	if (files->fd < 0 || strlen(path) >= PATH_MAX)
		return;
	for (unsigned i = 0; i < PASSES_MAX; i++) {
		before = found;
		found = nearest_watch(files, file);
		if (found == before || found == parent_len(path, strlen(path)))
			break;
	}
	file->target_wd = -1;
	if (file->folder_error || (lstat(path, &info) == 0 && S_ISLNK(info.st_mode)))
		file->target_wd = inotify_add_watch(files->fd, path, TARGET_EVENTS);
}

/* Ends a watch that no file needs any more: its folder, or its target, is another one now. */
static void watch_leave(const struct track_files *files, int wd)
{
	for (size_t i = 0; i < files->list.n; i++)
		if (files->list.items[i].dir_wd == wd || files->list.items[i].target_wd == wd)
			return;
	if (wd >= 0)
		inotify_rm_watch(files->fd, wd);
}

static void file_watch_anew(const struct track_files *files, struct track_file *file)
{
	int dir_wd = file->dir_wd, target_wd = file->target_wd;

	file_watch(files, file);
	watch_leave(files, dir_wd);
	watch_leave(files, target_wd);
}

/* --- events --- */

/* A regular file that was just made is not written yet: closing it is another event. */
static bool is_complete(const struct track_file *file, uint32_t mask)
{
	bool is_directory = file->awaited[file->awaited_len] != '\0';
	struct stat info;

	return !(mask & IN_CREATE) || is_directory || lstat(file->conf->path, &info) < 0 ||
	       !S_ISREG(info.st_mode) || info.st_nlink > 1;
}

static bool concerns(const struct track_file *file, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (event->wd == file->target_wd)
		return true;
	if (event->wd != file->dir_wd)
		return false;
	/* A mode that changes matters where the file could not be read. Else it would be read
	 * between the open and the close of a program that makes it. */
	if (event->mask & IN_ATTRIB && file->source.state != VRRP_SOURCE_UNKNOWN)
		return false;
	return !event->len || (strlen(event->name) == file->awaited_len &&
			       !memcmp(event->name, file->awaited, file->awaited_len) &&
			       is_complete(file, event->mask));
}

static void due_read(void *arg)
{
	struct track_files *files = arg;
	struct mono now = clock_mono(), next = MONO_NEVER;

	for (size_t i = 0; i < files->list.n; i++) {
		struct track_file *file = &files->list.items[i];
		struct mono due = mono_add_ms(file->read_at, TRACK_FILE_PAUSE_MS);

		if (!file->is_due)
			continue;
		if (mono_reached(now, due)) {
			file_watch_anew(files, file);
			file_read(files, file);
		} else {
			next = mono_min(next, due);
		}
	}
	loop_timer_set(files->timer, next);
}

static void places_look(void *arg)
{
	struct track_files *files = arg;

	for (size_t i = 0; i < files->list.n; i++) {
		struct track_file *file = &files->list.items[i];

		file->is_due |= !place_is_same(file->place, place_of_file(file->conf->path));
	}
	due_read(files);
	loop_timer_set(files->look, mono_add_ms(clock_mono(), PLACE_LOOK_MS));
}

static void on_inotify(int fd, unsigned events, void *arg)
{
	struct track_files *files = arg;
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t len = read(fd, buffer, sizeof(buffer));

	(void)events;
	for (ssize_t at = 0; at < len;) {
		const struct inotify_event *event = (const struct inotify_event *)&buffer[at];

		for (size_t i = 0; i < files->list.n; i++)
			files->list.items[i].is_due |= concerns(&files->list.items[i], event);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	due_read(files);
}

/* --- life --- */

/* Opens a new inotify descriptor each time: with the old one its watches are gone. */
static void inotify_renew(struct track_files *files, bool is_needed)
{
	loop_io_free(files->io);
	if (files->fd >= 0)
		close(files->fd);
	files->io = NULL;
	files->fd = is_needed ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	if (files->fd >= 0)
		files->io = loop_io_new(files->loop, files->fd, LOOP_READ, on_inotify, files);
	else if (is_needed)
		log_error("the tracked files are read once, and not watched: inotify: %s; raise "
			  "fs.inotify.max_user_instances and reload",
			  strerror(errno));
}

/* Makes the entry of a tracked file. It begins with the state that the former entry of the same
 * name had. */
static struct track_file file_begin(const struct track_files *files,
				    const struct conf_track_file *conf)
{
	struct track_file file = {.conf = conf, .dir_wd = -1, .target_wd = -1};

	for (size_t i = 0; i < files->list.n; i++) {
		const struct vrrp_source *known = &files->list.items[i].source;

		if (!strcmp(known->name, conf->name)) {
			file.source = *known;
			file.complaints = files->list.items[i].complaints;
		}
	}
	file.source.kind = CONF_TRACKER_FILE;
	snprintf(file.source.name, sizeof(file.source.name), "%s", conf->name);
	return file;
}

/* Logs, at each load, what is wrong with a file that was read. */
static void file_warn(const struct track_file *file, bool was_unread)
{
	const char *path = file->conf->path;

	if (was_unread && file->source.state == VRRP_SOURCE_UNKNOWN)
		complain_of_rights(file);
	if (!file->source.text[0] && file->folder_error == EACCES)
		log_warning("track_file=%s: %s is not seen when another file takes its place, since "
			    "uid %u may not list its folder: run `chmod o+rx %.*s`",
			    file->conf->name, path, (unsigned)geteuid(),
			    (int)parent_len(path, strlen(path)), path);
}

void track_files_configure(struct track_files *files, const struct conf *conf)
{
	struct track_files before = *files;

	memset(&files->list, 0, sizeof(files->list));
	for (size_t i = 0; i < conf->n_track_files; i++)
		*vec_push(&files->list) = file_begin(&before, &conf->track_files[i]);
	vec_free(&before.list);
	inotify_renew(files, conf->n_track_files > 0);
	loop_timer_set(files->timer, MONO_NEVER);
	loop_timer_set(files->look, files->list.n ? mono_add_ms(clock_mono(), PLACE_LOOK_MS) : MONO_NEVER);
	for (size_t i = 0; i < files->list.n; i++) {
		struct track_file *file = &files->list.items[i];
		/* A file that is new has no text yet; file_read() logs what is wrong with it. */
		bool was_unread =
		    file->source.state == VRRP_SOURCE_UNKNOWN && file->source.text[0];

		file_watch(files, file);
		file_read(files, file);
		file_warn(file, was_unread);
	}
}

void track_files_open(struct track_files *files, struct loop *loop, track_files_fn *fn, void *arg)
{
	*files = (struct track_files){.loop = loop, .fn = fn, .arg = arg, .fd = -1};
	files->timer = loop_timer_new(loop, due_read, files);
	files->look = loop_timer_new(loop, places_look, files);
}

void track_files_close(struct track_files *files)
{
	loop_io_free(files->io);
	if (files->fd >= 0)
		close(files->fd);
	loop_timer_free(files->timer);
	loop_timer_free(files->look);
	vec_free(&files->list);
}
