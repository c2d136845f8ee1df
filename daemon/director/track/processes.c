/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/processes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/track/connector.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The most of a command line that is compared. */
#define COMMAND_MAX 4096

/* The pidfd of a process that counts, where the connector reports no ends. */
struct process_end {
	struct track_processes *processes;
	pid_t pid;
	int fd;
	struct loop_io *io;
};

/* --- what is said --- */

static void process_say(struct track_processes *processes, const struct track_process *process)
{
	struct vrrp_source source = {.kind = CONF_TRACKER_PROCESS, .state = process->step.state};

	snprintf(source.name, sizeof(source.name), "%s", process->conf->name);
	if (source.state == VRRP_SOURCE_UNKNOWN)
		snprintf(source.text, sizeof(source.text),
			 "/proc hides other users' processes from the director process");
	else
		snprintf(source.text, sizeof(source.text), "%zu process%s run%s", process->pids.n,
			 process->pids.n == 1 ? "" : "es", process->pids.n == 1 ? "s" : "");
	processes->fn(&source, processes->arg);
}

static void process_log(const struct track_process *process, enum vrrp_source_state before)
{
	bool is_down = process->step.state == VRRP_SOURCE_DOWN;

	if (process->step.state != before)
		(is_down ? log_warning : log_notice)(
		    "vrrp_track_process=%s %s -> %s: %zu of `%s` run", process->conf->name,
		    vrrp_source_state_name(before), vrrp_source_state_name(process->step.state),
		    process->pids.n, process->conf->argv[0]);
}

/* Judges all tracked processes anew. A delay may be over, or goes on. */
static void processes_judge(void *arg)
{
	struct track_processes *processes = arg;
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < processes->list.n; i++) {
		struct track_process *process = &processes->list.items[i];
		enum vrrp_source_state before = process->step.state;
		struct mono due;

		if (processes->is_hidden) {
			process->step = (struct process_step){0};
			process_say(processes, process);
			continue;
		}
		process_step(&process->step, process->conf, process->pids.n, clock_mono(), &due);
		process_log(process, before);
		process_say(processes, process);
		next = mono_min(next, due);
	}
	loop_timer_set(processes->delay, next);
}

/* --- what /proc shows --- */

/* With hidepid (proc(5)) it shows a user without privilege no process of others. Process 1 always
 * runs, and is not the director's. */
static bool is_proc_hidden(void)
{
	int fd = open("/proc/1/stat", O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 && (errno == EPERM || errno == EACCES || errno == ENOENT);
}

/* While processes are hidden, /proc is read again every PROCESSES_SCAN_MS, since no event reports a
 * mount. */
static bool hidden_check(struct track_processes *processes)
{
	bool was_hidden = processes->is_hidden;

	processes->is_hidden = is_proc_hidden();
	if (!processes->is_hidden || was_hidden)
		return processes->is_hidden;
	loop_timer_set(processes->scan, mono_add_ms(clock_mono(), PROCESSES_SCAN_MS));
	log_warning("vrrp_track_process has no verdict, and does not count: /proc hides other users' "
		    "processes (hidepid) from the director process, which runs as uid %u; mount /proc "
		    "with hidepid=0 or gid=%u: `mount -o remount,gid=%u /proc`, and the same in "
		    "/etc/fstab",
		    (unsigned)geteuid(), (unsigned)getegid(), (unsigned)getegid());
	return true;
}

/* --- one process --- */

/* Reads a file of /proc/PID into buffer, with a NUL behind it; the bytes read, or 0. */
static size_t proc_fetch(pid_t pid, const char *file, char *buffer, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, buffer, size - 1);
	if (fd >= 0)
		close(fd);
	buffer[len > 0 ? len : 0] = '\0';
	return len > 0 ? (size_t)len : 0;
}

/* "PID (NAME) STATE ...": the name may have brackets too. NULL: it has ended. */
static const char *name_cut(char *stat)
{
	char *name = strchr(stat, '('), *end = strrchr(stat, ')');

	if (!name || !end || end < name || strlen(end) < 3 || end[2] == 'Z' || end[2] == 'X')
		return NULL;
	*end = '\0';
	return name + 1;
}

static void pid_set(struct track_process *process, pid_t pid, bool matches)
{
	size_t n = 0;

	for (size_t i = 0; i < process->pids.n; i++)
		if (process->pids.items[i] != pid)
			process->pids.items[n++] = process->pids.items[i];
	process->pids.n = n;
	if (matches)
		*vec_push(&process->pids) = pid;
}

static bool pid_counts(const struct track_processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->list.n; i++)
		for (size_t k = 0; k < processes->list.items[i].pids.n; k++)
			if (processes->list.items[i].pids.items[k] == pid)
				return true;
	return false;
}

/* Reading a command line waits while the process maps a file of a server that does not answer. */
static bool needs_command(const struct track_processes *processes)
{
	for (size_t i = 0; i < processes->list.n; i++)
		if (process_needs_command(processes->list.items[i].conf))
			return true;
	return false;
}

static void pid_check(struct track_processes *processes, pid_t pid)
{
	char stat[512], command[COMMAND_MAX];
	struct process_seen seen = {.command = command};

	proc_fetch(pid, "stat", stat, sizeof(stat));
	seen.name = name_cut(stat);
	if (!stat[0])
		hidden_check(processes); /* else it has just ended */
	if (seen.name && needs_command(processes))
		seen.len = proc_fetch(pid, "cmdline", command, sizeof(command));
	for (size_t i = 0; i < processes->list.n; i++) {
		struct track_process *process = &processes->list.items[i];

		pid_set(process, pid, seen.name && process_matches(process->conf, &seen));
	}
}

static void pid_end(struct track_processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->list.n; i++)
		pid_set(&processes->list.items[i], pid, false);
}

/* --- the ends, without the connector --- */

static void end_free(struct process_end *end)
{
	loop_io_free(end->io);
	close(end->fd);
	free(end);
}

static void ends_clear(struct track_processes *processes)
{
	for (size_t i = 0; i < processes->ends.n; i++)
		end_free(processes->ends.items[i]);
	vec_clear(&processes->ends);
}

static void on_end(int fd, unsigned events, void *arg)
{
	struct process_end *end = arg;
	struct track_processes *processes = end->processes;
	size_t i = 0;

	(void)fd, (void)events;
	pid_end(processes, end->pid);
	while (processes->ends.items[i] != end)
		i++;
	processes->ends.items[i] = processes->ends.items[--processes->ends.n];
	end_free(end);
	processes_judge(processes);
}

static void end_watch(struct track_processes *processes, pid_t pid)
{
	int fd;
	struct process_end *end;

	for (size_t i = 0; i < processes->ends.n; i++)
		if (processes->ends.items[i]->pid == pid)
			return;
	if (processes->ends.n == PROCESSES_PIDFDS_MAX)
		return;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return;
	end = mem_calloc(1, sizeof(*end));
	*end = (struct process_end){.processes = processes, .pid = pid, .fd = fd};
	end->io = loop_io_new(processes->loop, fd, LOOP_READ, on_end, end);
	*(struct process_end **)vec_push(&processes->ends) = end;
}

/* --- all of them --- */

static int is_pid(const struct dirent *entry)
{
	return isdigit((unsigned char)entry->d_name[0]);
}

static void processes_scan(struct track_processes *processes)
{
	struct dirent **entries = NULL;
	bool is_hidden = hidden_check(processes);
	int n = is_hidden ? 0 : scandir("/proc", &entries, is_pid, alphasort);

	if (!entries && !is_hidden)
		return;
	for (size_t i = 0; i < processes->list.n; i++)
		vec_clear(&processes->list.items[i].pids);
	for (int i = 0; i < n; i++) {
		pid_check(processes, (pid_t)strtol(entries[i]->d_name, NULL, 10));
		free(entries[i]);
	}
	free(entries);
}

static void on_scan(void *arg)
{
	struct track_processes *processes = arg;
	bool is_needed;

	processes_scan(processes);
	for (size_t i = 0; !processes->is_connected && i < processes->list.n; i++)
		for (size_t k = 0; k < processes->list.items[i].pids.n; k++)
			end_watch(processes, processes->list.items[i].pids.items[k]);
	processes_judge(processes);
	is_needed = processes->list.n && (!processes->is_connected || processes->is_hidden);
	loop_timer_set(processes->scan,
		       is_needed ? mono_add_ms(clock_mono(), PROCESSES_SCAN_MS) : MONO_NEVER);
}

/* --- the connector --- */

static void connector_end(struct track_processes *processes)
{
	loop_io_free(processes->io);
	if (processes->fd >= 0)
		close(processes->fd);
	processes->io = NULL;
	processes->fd = -1;
	processes->is_connected = false;
	processes->is_behind = false;
}

static void event_take(struct track_processes *processes, const struct connector_event *event)
{
	switch (event->kind) {
	case CONNECTOR_READY:
		processes->is_connected = true;
		ends_clear(processes);
		on_scan(processes); /* what happened before it was ready */
		break;
	case CONNECTOR_BEGIN:
		if (pid_counts(processes, event->parent))
			pid_check(processes, event->pid);
		break;
	case CONNECTOR_EXEC:
		pid_check(processes, event->pid);
		break;
	case CONNECTOR_END:
		pid_end(processes, event->pid);
		break;
	case CONNECTOR_LOST:
		processes->is_behind = true;
		break;
	case CONNECTOR_NOTHING:
		break;
	}
}

static void on_connector(int fd, unsigned events, void *arg)
{
	struct track_processes *processes = arg;
	struct connector_event event;
	unsigned n = 0;

	(void)events;
	/* After an overflow the kernel drops all further events until the socket is empty: /proc is read only then. */
	while ((n++ < CONNECTOR_BATCH_MAX || processes->is_behind) && connector_take(fd, &event))
		event_take(processes, &event);
	if (processes->is_behind) {
		processes->is_behind = false;
		processes_scan(processes);
	}
	processes_judge(processes);
}

static void connector_begin(struct track_processes *processes)
{
	if (processes->fd >= 0)
		return;
	processes->fd = connector_open();
	if (processes->fd >= 0)
		processes->io = loop_io_new(processes->loop, processes->fd, LOOP_READ, on_connector,
					    processes);
}

/* --- life --- */

void track_processes_configure(struct track_processes *processes, const struct conf *conf)
{
	struct track_processes before = *processes;

	memset(&processes->list, 0, sizeof(processes->list));
	for (size_t i = 0; i < conf->n_track_processes; i++) {
		struct track_process process = {.conf = &conf->track_processes[i]};

		/* The state goes on; it is judged anew with what runs now. */
		for (size_t k = 0; k < before.list.n; k++)
			if (!strcmp(before.list.items[k].conf->name, process.conf->name))
				process.step = before.list.items[k].step;
		*vec_push(&processes->list) = process;
	}
	for (size_t k = 0; k < before.list.n; k++)
		vec_free(&before.list.items[k].pids);
	vec_free(&before.list);
	if (!processes->list.n) {
		connector_end(processes);
		ends_clear(processes);
		loop_timer_set(processes->scan, MONO_NEVER);
		loop_timer_set(processes->delay, MONO_NEVER);
		return;
	}
	processes->is_hidden = false; /* so each load warns */
	connector_begin(processes);
	on_scan(processes);
}

void track_processes_open(struct track_processes *processes, struct loop *loop,
			  track_processes_fn *fn, void *arg)
{
	*processes = (struct track_processes){.loop = loop, .fn = fn, .arg = arg, .fd = -1};
	processes->scan = loop_timer_new(loop, on_scan, processes);
	processes->delay = loop_timer_new(loop, processes_judge, processes);
}

void track_processes_close(struct track_processes *processes)
{
	connector_end(processes);
	ends_clear(processes);
	vec_free(&processes->ends);
	loop_timer_free(processes->scan);
	loop_timer_free(processes->delay);
	for (size_t i = 0; i < processes->list.n; i++)
		vec_free(&processes->list.items[i].pids);
	vec_free(&processes->list);
}
