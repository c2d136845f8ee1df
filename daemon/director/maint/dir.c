/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/maint/dir.h"
#include "base/clock.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_EVENTS  (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB)
#define WATCH_EVENTS (FILE_EVENTS | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
/* Folders may come and go while they are looked for; the next event begins another pass. */
#define LOOKS_MAX 8

/* ---- reading ---- */

/* The first line of a file, with ? for what is not printable. Only of a file that is in this folder alone:
 * the director may be root, and a link of either kind may lead to what the link's owner may not read. */
static void reason_fetch(int folder, const char *name, char reason[static MAINT_REASON_MAX])
{
	/* A FIFO must not be waited for. */
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t len = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
		len = read(fd, reason, MAINT_REASON_MAX - 1);
	if (fd >= 0)
		close(fd);
	reason[len > 0 ? len : 0] = '\0';
	reason[strcspn(reason, "\r\n")] = '\0';
	for (char *at = reason; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

struct maint_file_name {
	char name[sizeof(((struct maint_file *)NULL)->name)];
};

struct maint_names {
	struct maint_file_name *items;
	size_t n, cap;
};

/* Hidden files, and those that editors leave, mean nothing. */
static bool is_meant(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_type != DT_DIR && entry->d_name[0] != '.' && entry->d_name[len - 1] != '~';
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct maint_file_name *)left)->name,
		      ((const struct maint_file_name *)right)->name);
}

/* The names of all files that are meant. Returns 0, or errno if not all could be read. */
static int names_read(DIR *folder, struct maint_names *names)
{
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(folder)))
		if (is_meant(entry))
			snprintf(vec_push(names)->name, sizeof(names->items->name), "%s", entry->d_name);
	return errno;
}

/* Of too many files the first by name count, whatever order the folder has them in. */
static void files_take(struct maint_dir *dir, int folder, const struct maint_names *names)
{
	bool is_full = names->n > MAINT_FILES_MAX;

	vec_clear(&dir->files);
	for (size_t i = 0; i < names->n && i < MAINT_FILES_MAX; i++) {
		struct maint_file *file = vec_push(&dir->files);

		snprintf(file->name, sizeof(file->name), "%s", names->items[i].name);
		reason_fetch(folder, file->name, file->reason);
	}
	if (is_full && !dir->is_full_said)
		log_error("maintenance_dir: %s has more than %d files, and only so many count, the first by "
			  "name: remove some",
			  dir->path, MAINT_FILES_MAX);
	dir->is_full_said = is_full;
}

/* Returns 0, or errno: then the files are those of before. */
static int entries_read(struct maint_dir *dir, DIR *folder)
{
	struct maint_names names = {0};
	int error = names_read(folder, &names);

	if (names.n)
		qsort(names.items, names.n, sizeof(*names.items), by_name);
	if (!error)
		files_take(dir, dirfd(folder), &names);
	vec_free(&names);
	return error;
}

static void folder_complain(struct maint_dir *dir, int error)
{
	if (dir->said == error)
		return;
	dir->said = error;
	if (error == ENOENT)
		log_warning("maintenance_dir: %s does not exist, so it takes no server out of service; "
			    "it counts as soon as it is made",
			    dir->path);
	else if (error)
		log_error("maintenance_dir: %s cannot be read: %s; the servers stay as they are; let "
			  "uid %u list and pass it (chmod o+rx)",
			  dir->path, strerror(error), (unsigned)geteuid());
	else
		log_info("maintenance_dir: %s is there and counts", dir->path);
}

/* A folder that is gone has no file. One that cannot be read now may have the same as before. */
static void folder_read(struct maint_dir *dir)
{
	DIR *folder = opendir(dir->path);
	int error = folder ? 0 : errno == ENOTDIR ? ENOENT : errno;

	if (folder) {
		error = entries_read(dir, folder);
		closedir(folder);
	} else if (error == ENOENT) {
		vec_clear(&dir->files);
	}
	folder_complain(dir, error);
	dir->is_due = false;
	dir->read_at = clock_mono();
	dir->fn(dir->files.items, dir->files.n, dir->arg);
}

void maint_dir_look(const char *path, maint_dir_fn *fn, void *arg)
{
	struct maint_dir dir = {.is_full_said = true};
	DIR *folder = path[0] ? opendir(path) : NULL;

	if (folder && entries_read(&dir, folder) == 0)
		fn(dir.files.items, dir.files.n, arg);
	if (folder)
		closedir(folder);
	vec_free(&dir.files);
}

/* ---- watching ---- */

static void on_inotify(int fd, unsigned events, void *arg);

static void inotify_close(struct maint_dir *dir)
{
	loop_io_free(dir->io);
	if (dir->fd >= 0)
		close(dir->fd);
	dir->io = NULL;
	dir->fd = dir->wd = -1;
}

/* Watches the nearest folder above the path that exists. */
static void above_watch(const struct maint_dir *dir)
{
	char *above = mem_strdup(dir->path), *slash;
	int wd = -1;

	while (wd < 0 && (slash = strrchr(above, '/'))) {
		slash[slash == above] = '\0';
		wd = inotify_add_watch(dir->fd, above, WATCH_EVENTS);
		if (slash == above)
			break;
	}
	free(above);
}

/* Watches anew: with the former descriptor its watches are gone, also those of a folder that was
 * moved away. */
static void folder_watch(struct maint_dir *dir)
{
	inotify_close(dir);
	dir->is_new = false;
	/* Before: if the path leads elsewhere meanwhile, the next look finds that. */
	dir->place = place_of_folder(dir->path);
	dir->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (dir->fd < 0) {
		log_error("maintenance_dir: %s is read once, and not watched: inotify: %s; raise "
			  "fs.inotify.max_user_instances and reload",
			  dir->path, strerror(errno));
		return;
	}
	dir->io = loop_io_new(dir->loop, dir->fd, LOOP_READ, on_inotify, dir);
	/* If the folder was made before the folder above it was watched, the next look finds it. */
	for (unsigned i = 0; i < LOOKS_MAX && dir->wd < 0; i++) {
		dir->wd = inotify_add_watch(dir->fd, dir->path, WATCH_EVENTS);
		if (dir->wd >= 0)
			break;
		above_watch(dir);
		if (access(dir->path, F_OK) < 0)
			break;
	}
}

static void read_due(void *arg)
{
	struct maint_dir *dir = arg;
	struct mono due = mono_add_ms(dir->read_at, MAINT_DIR_PAUSE_MS);

	if (!dir->is_due)
		return;
	if (!mono_reached(clock_mono(), due)) {
		loop_timer_set(dir->timer, due);
		return;
	}
	if (dir->is_new)
		folder_watch(dir);
	folder_read(dir);
}

static void place_look(void *arg)
{
	struct maint_dir *dir = arg;

	if (!place_is_same(dir->place, place_of_folder(dir->path)))
		dir->is_due = dir->is_new = true;
	read_due(dir);
	loop_timer_set(dir->look, mono_add_ms(clock_mono(), PLACE_LOOK_MS));
}

static void on_inotify(int fd, unsigned events, void *arg)
{
	struct maint_dir *dir = arg;
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t len = read(fd, buffer, sizeof(buffer));

	(void)events;
	for (ssize_t at = 0; at < len;) {
		const struct inotify_event *event = (const struct inotify_event *)&buffer[at];

		dir->is_due = true;
		dir->is_new |= event->wd != dir->wd || !(event->mask & FILE_EVENTS);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	read_due(dir);
}

/* ---- life ---- */

void maint_dir_configure(struct maint_dir *dir, const char *path)
{
	bool was_there = dir->path != NULL;

	if (!dir->path || strcmp(dir->path, path) != 0)
		dir->said = 0;
	free(dir->path);
	dir->path = path[0] ? mem_strdup(path) : NULL;
	if (dir->path) {
		folder_watch(dir);
		folder_read(dir);
		loop_timer_set(dir->look, mono_add_ms(clock_mono(), PLACE_LOOK_MS));
	} else if (was_there) {
		loop_timer_set(dir->look, MONO_NEVER);
		inotify_close(dir);
		dir->is_due = false;
		vec_free(&dir->files);
		dir->fn(NULL, 0, dir->arg);
	}
}

void maint_dir_open(struct maint_dir *dir)
{
	dir->fd = dir->wd = -1;
	dir->timer = loop_timer_new(dir->loop, read_due, dir);
	dir->look = loop_timer_new(dir->loop, place_look, dir);
}

void maint_dir_close(struct maint_dir *dir)
{
	inotify_close(dir);
	loop_timer_free(dir->timer);
	loop_timer_free(dir->look);
	vec_free(&dir->files);
	free(dir->path);
}
