/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/rundir_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/place.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* How long after the first event the run dir is examined: `rm -rf` goes on for a moment, and must
 * not find new files. */
#define CHECK_AFTER_MS 100
/* The pause before the directory is made again after a failure: the first, and the longest; doubled
 * each time. */
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 60000

/* Events for a change of owner or mode in the folder state. Its removal is an event of the run dir. */
#define STATE_EVENTS (IN_ATTRIB | IN_ONLYDIR)

/* Events for a file that is removed or replaced, for the directory's own removal, and for a change
 * of owner or mode. */
#define EVENTS                                                                                     \
	(IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB |     \
	 IN_ONLYDIR)

struct rundir_watch {
	struct loop *loop;
	struct rundir *dir;
	rundir_renewed_fn *fn;
	void *arg;
	int fd;         /* the inotify descriptor; -1: there is none */
	int descriptor; /* of the watched directory; -1: it is not watched */
	int state;	/* of its folder state, also watched; -1: not */
	struct loop_io *io;
	struct loop_timer *check;
	struct loop_timer *look; /* where the path leads */
	struct place place;	 /* where it led when the directory was watched last */
	int64_t retry_ms; /* the last pause; 0: the last attempt succeeded */
	char *distrusted; /* NULL, or what others can write, as it was logged */
	char *said;       /* NULL, or the cause that was logged last, so that each is logged once */
};

static void watch_directory(struct rundir_watch *watch)
{
	char *state = rundir_file(watch->dir->path, RUNDIR_STATE);

	/* Before: if the path leads elsewhere meanwhile, the next look finds that. */
	watch->place = place_of_folder(watch->dir->path);
	if (watch->descriptor >= 0)
		inotify_rm_watch(watch->fd, watch->descriptor);
	if (watch->state >= 0)
		inotify_rm_watch(watch->fd, watch->state);
	if (watch->fd >= 0)
		watch->state = inotify_add_watch(watch->fd, state, STATE_EVENTS);
	free(state);
	if (watch->fd >= 0)
		watch->descriptor = inotify_add_watch(watch->fd, watch->dir->path, EVENTS);
}

static void say_once(struct rundir_watch *watch, const char *cause)
{
	if (watch->said && !strcmp(watch->said, cause))
		return;
	free(watch->said);
	watch->said = mem_strdup(cause);
	log_error("the run dir %s was removed while lvsd runs, and cannot be created again: %s; "
		  "until it can, lvsctl cannot reach lvsd; lvsd goes on trying",
		  watch->dir->path, cause);
}

/* Others may be able to write files now that a process of lvsd will read and obey as root. Logs
 * that once. */
static void writers_judge(struct rundir_watch *watch)
{
	struct err err;
	bool is_bad = rundir_judge(watch->dir->path, &err) < 0;

	if (is_bad && watch->distrusted && !strcmp(watch->distrusted, err.text))
		return;
	if (is_bad)
		log_error("%s; until that is corrected, lvsd cannot be started anew, and does not "
			  "read files that others can write",
			  err.text);
	else if (watch->distrusted)
		log_notice("only root and lvsd can change the run dir %s again", watch->dir->path);
	free(watch->distrusted);
	watch->distrusted = is_bad ? mem_strdup(err.text) : NULL;
}

static void rundir_check(void *arg)
{
	struct rundir_watch *watch = arg;
	struct err err;

	if (watch->dir->listen_fd >= 0 && rundir_is_whole(watch->dir))
		return;
	if (rundir_renew(watch->dir, &err) < 0) {
		watch->retry_ms = watch->retry_ms ? watch->retry_ms * 2 : RETRY_MIN_MS;
		if (watch->retry_ms > RETRY_MAX_MS)
			watch->retry_ms = RETRY_MAX_MS;
		say_once(watch, err.text);
		watch_directory(watch); /* another lvsd may have the directory, and end */
		loop_timer_set(watch->check, mono_add_ms(clock_mono(), watch->retry_ms));
		return;
	}
	watch->retry_ms = 0;
	free(watch->said);
	watch->said = NULL;
	watch_directory(watch);
	log_warning("the run dir %s, its pid file, its socket or its folder " RUNDIR_STATE
		    " was removed while lvsd runs, or its path leads elsewhere: lvsd has created it again",
		    watch->dir->path);
	watch->fn(watch->arg);
}

/* Whether one of the events in bytes is about a file that lvsd needs. */
static bool concerns_us(const char *bytes, size_t len)
{
	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		struct inotify_event event;
		const char *name = bytes + at + sizeof(event);

		memcpy(&event, bytes + at, sizeof(event));
		if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_Q_OVERFLOW | IN_UNMOUNT))
			return true;
		if (event.len && !(event.mask & IN_ATTRIB) &&
		    (!strcmp(name, RUNDIR_PID) || !strcmp(name, RUNDIR_CONTROL) ||
		     !strcmp(name, RUNDIR_STATE)))
			return true;
		at += sizeof(event) + event.len;
	}
	return false;
}

/* Whether one of the events in bytes is a change of owner or mode. */
static bool has_new_attributes(const char *bytes, size_t len)
{
	for (size_t at = 0; at + sizeof(struct inotify_event) <= len;) {
		struct inotify_event event;

		memcpy(&event, bytes + at, sizeof(event));
		if (event.mask & IN_ATTRIB)
			return true;
		at += sizeof(event) + event.len;
	}
	return false;
}

static void on_event(int fd, unsigned events, void *arg)
{
	struct rundir_watch *watch = arg;
	char bytes[4096];
	bool is_due = false, is_changed = false;
	ssize_t n;

	(void)events;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0) {
		is_due |= concerns_us(bytes, (size_t)n);
		is_changed |= has_new_attributes(bytes, (size_t)n);
	}
	if (is_changed)
		writers_judge(watch);
	if (is_due)
		loop_timer_set(watch->check, mono_add_ms(clock_mono(), CHECK_AFTER_MS));
}

static void on_look(void *arg)
{
	struct rundir_watch *watch = arg;

	if (!place_is_same(watch->place, place_of_folder(watch->dir->path)))
		rundir_check(watch);
	loop_timer_set(watch->look, mono_add_ms(clock_mono(), PLACE_LOOK_MS));
}

struct rundir_watch *rundir_watch_new(struct loop *loop, struct rundir *dir, rundir_renewed_fn *fn,
				      void *arg)
{
	struct rundir_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct rundir_watch){
	    .loop = loop, .dir = dir, .fn = fn, .arg = arg, .descriptor = -1, .state = -1};
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	watch->check = loop_timer_new(loop, rundir_check, watch);
	watch->look = loop_timer_new(loop, on_look, watch);
	loop_timer_set(watch->look, mono_add_ms(clock_mono(), PLACE_LOOK_MS));
	watch_directory(watch);
	if (watch->descriptor < 0)
		log_warning("the run dir %s cannot be watched (inotify: %s): if somebody removes "
			    "it, lvsd will not create it again",
			    dir->path, err_errno(errno));
	if (watch->fd >= 0)
		watch->io = loop_io_new(loop, watch->fd, LOOP_READ, on_event, watch);
	return watch;
}

void rundir_watch_free(struct rundir_watch *watch)
{
	if (!watch)
		return;
	if (watch->io)
		loop_io_free(watch->io);
	loop_timer_free(watch->check);
	loop_timer_free(watch->look);
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch->distrusted);
	free(watch->said);
	free(watch);
}
