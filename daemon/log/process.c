/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/log/process.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/log_writer.h"
#include "base/loop.h"
#include "base/signals.h"
#include "daemon/shared/spawn.h"
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How many lines of one process are written before it is the next one's turn. */
#define LINES_PER_TURN 64
/* Room for "director: ". */
#define SOURCE_NAME_MAX 32
/* How long the other processes may go on logging after the supervisor has ended: longer than an orphan of
 * the vrrp process and its handover last. */
#define ORPHANED_MS (VRRP_ORPHAN_MS + 30000)

struct process;

struct reader {
	struct process *process;
	const struct log_source *source;
	struct log_budget budget;
	struct loop_io *io;
	struct loop_timer *say;
	bool is_closed;
};

struct process {
	struct loop *loop;
	struct log_writer *writer;
	struct loop_timer *orphaned;
	struct log_source own; /* the log process's own lines go through a socket, too, like
				  those of the others */
	struct reader readers[LOG_SOURCES_MAX + 1];
	size_t n_readers;
};

static void write_line(struct reader *reader, enum log_level level, int64_t said_us,
		       const char *text)
{
	char line[LOG_LINE_MAX];
	const char *name = reader->source->name;

	snprintf(line, sizeof(line), "%s%s%.*s", name ? name : "", name ? ": " : "",
		 LOG_LINE_MAX - SOURCE_NAME_MAX, text);
	log_writer_write(reader->process->writer, level, said_us, line);
}

static void on_say(void *arg)
{
	struct reader *reader = arg;
	char text[LOG_BUDGET_TEXT_MAX];

	if (!mono_is_never(reader->budget.say_due))
		write_line(reader, LOG_LEVEL_WARNING, clock_wall_us(),
			   log_budget_say(&reader->budget, text));
}

/* Replaces control characters, so that a process cannot forge a second line. */
static void sanitize(char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			*text = '?';
}

static void take_line(struct reader *reader, enum log_level level, int64_t said_us, char *text)
{
	sanitize(text);
	if (log_budget_take(&reader->budget, level, clock_mono()))
		write_line(reader, level, said_us, text);
	else
		loop_timer_set(reader->say, reader->budget.say_due);
}

/* Logs what a process has written to its standard error, which may be several lines. */
static void take_bare_lines(struct reader *reader, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		take_line(reader, LOG_LEVEL_ERROR, clock_wall_us(), line);
}

static void take_record(struct reader *reader, char *record, size_t len)
{
	int64_t said_us;
	enum log_level level;

	if (log_is_bare(record)) {
		take_bare_lines(reader, record);
	} else if (len > LOG_RECORD_HEAD) {
		level = log_record_head(record, clock_wall_us(), &said_us);
		take_line(reader, level, said_us, record + LOG_RECORD_HEAD);
	}
}

static void close_reader(struct reader *reader)
{
	struct process *process = reader->process;
	bool is_any_open = false;

	reader->is_closed = true;
	loop_io_set(reader->io, 0);
	on_say(reader);
	for (size_t i = 0; i < process->n_readers; i++)
		is_any_open |=
		    !process->readers[i].is_closed && process->readers[i].source != &process->own;
	if (!is_any_open)
		loop_stop(process->loop);
	else if (!reader->source->name)
		loop_timer_set(process->orphaned, mono_add_ms(clock_mono(), ORPHANED_MS));
}

static void on_lines(int fd, unsigned events, void *arg)
{
	struct reader *reader = arg;

	(void)events;
	for (int i = 0; i < LINES_PER_TURN; i++) {
		char record[LOG_RECORD_MAX + 1];
		ssize_t len = recv(fd, record, sizeof(record) - 1, MSG_DONTWAIT);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			close_reader(reader);
			return;
		}
		record[len] = '\0';
		if (len == 1 && record[0] == LOG_PROCESS_DETACH && !reader->source->name)
			spawn_detach(SPAWN_STDERR_NULL);
		else
			take_record(reader, record, (size_t)len);
	}
}

static void on_orphaned(void *arg)
{
	loop_stop(arg);
}

static void open_reader(struct process *process, const struct log_source *source)
{
	struct reader *reader = &process->readers[process->n_readers++];

	*reader = (struct reader){.process = process, .source = source};
	log_budget_init(&reader->budget, source->limits, clock_mono());
	reader->say = loop_timer_new(process->loop, on_say, reader);
	reader->io = loop_io_new(process->loop, source->fd, LOOP_READ, on_lines, reader);
}

static void open_readers(struct process *process, const struct log_process_args *args, int own_end)
{
	process->own = (struct log_source){own_end, "log", {100, 1}};
	for (size_t i = 0; i < args->n_sources; i++)
		open_reader(process, &args->sources[i]);
	if (own_end >= 0)
		open_reader(process, &process->own);
}

static void close_readers(struct process *process)
{
	for (size_t i = 0; i < process->n_readers; i++) {
		loop_timer_free(process->readers[i].say);
		loop_io_free(process->readers[i].io);
	}
}

int log_process_run(const struct log_process_args *args)
{
	struct process process = {.loop = loop_new()};
	struct signals *signals = signals_new(process.loop, false);
	int own[2] = {-1, -1};

	/* The log process ends after all others, even if a terminal or a script sends SIGTERM to
	 * all. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	spawn_detach(args->is_console ? SPAWN_STDERR_KEPT : SPAWN_STDERR_NULL);
	process.writer = args->is_console ? log_writer_new_console(STDERR_FILENO)
					  : log_writer_new_syslog(args->path, args->pid);
	process.orphaned = loop_timer_new(process.loop, on_orphaned, process.loop);
	if (chan_pair(own) < 0)
		own[0] = own[1] = -1;
	log_to_socket(own[1]);
	open_readers(&process, args, own[0]);
	loop_run(process.loop);
	close_readers(&process);
	loop_timer_free(process.orphaned);
	log_writer_free(process.writer);
	if (own[0] >= 0)
		close(own[0]);
	if (own[1] >= 0)
		close(own[1]);
	signals_free(signals);
	loop_free(process.loop);
	return 0;
}
