/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/rules/worker.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "base/run_job.h"
#include "daemon/rules/wire.h"
#include "host/flavour.h"
#include "host/restore.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct work {
	struct rules_request request; /* id 0: no request */
	char *text;                   /* the text to restore; NULL: list */
};

struct rules_worker {
	struct loop *loop;
	struct greeted *director;
	struct run_job *job;
	struct work now,
	    next; /* the first request of a new director, which waits until its predecessor's
		     program has ended */
	bool is_abandoned; /* the running program's result is not needed any more */
};

static void clear(struct work *work)
{
	free(work->text);
	*work = (struct work){0};
}

static void answer(struct rules_worker *worker, uint64_t id, int code, const char *error)
{
	struct rules_done done = {.id = id, .code = code};
	uint8_t body[RULES_DONE_MAX];
	size_t len = strnlen(error, sizeof(done.error) - 1);

	memcpy(done.error, error, len);
	len = rules_done_encode(&done, body, sizeof(body));
	greeted_send(worker->director, RULES_FRAME_DONE, body, len);
}

static bool on_restore_output(const char *bytes, size_t len, void *arg)
{
	struct rules_worker *worker = arg;
	char body[CHAN_BODY_MAX];
	const size_t head = sizeof(worker->now.request.id);

	if (worker->is_abandoned)
		return true;
	memcpy(body, &worker->now.request.id, head);
	for (size_t n; len > 0; bytes += n, len -= n) {
		n = len < sizeof(body) - head ? len : sizeof(body) - head;
		memcpy(body + head, bytes, n);
		greeted_send(worker->director, RULES_FRAME_OUTPUT, body, head + n);
	}
	return true;
}

static void start_next(struct rules_worker *worker);

static void end(struct rules_worker *worker, int code, const char *error)
{
	if (!worker->is_abandoned)
		answer(worker, worker->now.request.id, code, error);
	clear(&worker->now);
	start_next(worker);
}

static void on_restore_done(const struct run_job_end *result, void *arg)
{
	struct rules_worker *worker = arg;
	char *error = mem_strdup(result->code < 0 ? result->sentence : "");
	int code = result->code;

	run_job_free(worker->job);
	worker->job = NULL;
	end(worker, code, error);
	free(error);
}

static int program_start(struct rules_worker *worker, const char *const *words, struct err *err)
{
	const struct run_job_ops ops = {.limit_ms = HOST_PROGRAM_LIMIT_MS,
					.on_output = worker->now.text ? NULL : on_restore_output,
					.on_end = on_restore_done,
					.arg = worker};
	int input = run_input(worker->now.text), code;

	if (input < 0)
		return err_set(err, input, "%s gets no input: %s", words[0], err_errno(input));
	code = run_job_start(worker->loop,
			     &(struct run_program){.words = words, .input_fd = input}, &ops,
			     &worker->job, err);
	close(input);
	return code;
}

static void restore_start(struct rules_worker *worker)
{
	const struct work *work = &worker->now;
	const char *const list[] = {"-t", host_parts[work->request.part].table, NULL};
	const char *const restore[] = {"-w", HOST_LOCK_S, "--noflush", NULL};
	const char *const *more = work->text ? restore : list;
	char *name = host_program(work->request.part, work->request.flavour,
				  work->text ? "restore" : "save");
	const char *words[5] = {name};
	struct err err;
	int code = work->text ? host_restore_judge(work->request.part, work->text, &err) : 0;

	for (size_t i = 0; more[i]; i++)
		words[i + 1] = more[i];
	if (code < 0)
		log_error("%s", err.text);
	else
		code = program_start(worker, words, &err);
	free(name);
	if (code < 0)
		end(worker, code, err.text);
}

static void start_next(struct rules_worker *worker)
{
	if (worker->job || !worker->next.request.id)
		return;
	worker->now = worker->next;
	worker->next = (struct work){0};
	worker->is_abandoned = false;
	restore_start(worker);
}

/* Reads the text of a file, which must not have NUL bytes, for free(). NULL: it cannot be read. */
static char *request_text(int fd)
{
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > HOST_RESTORE_MAX)
		return NULL;
	text = mem_calloc((size_t)st.st_size + 1, 1);
	if (pread(fd, text, (size_t)st.st_size, 0) == st.st_size &&
	    strlen(text) == (size_t)st.st_size)
		return text;
	free(text);
	return NULL;
}

static void on_director_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	struct rules_worker *worker = arg;
	struct work work = {0};
	int fd = greeted_take_fd(worker->director);

	if (type == RULES_FRAME_RESTORE)
		work.text = request_text(fd);
	if (fd >= 0)
		close(fd);
	if ((type != RULES_FRAME_LIST && !work.text) ||
	    rules_request_decode(body, len, &work.request) < 0) {
		log_warning("a frame of type %u and %zu bytes from the director is malformed: "
			    "ignored",
			    type, len);
		free(work.text);
		return;
	}
	clear(&worker->next);
	worker->next = work;
	start_next(worker);
}

/* The director was replaced. A running program is not stopped, since a complete restore is better
 * than half of one. */
static void on_director_lost(void *arg)
{
	struct rules_worker *worker = arg;

	worker->is_abandoned = true;
	clear(&worker->next);
}

static void on_director_closed(void *arg)
{
	loop_stop(((struct rules_worker *)arg)->loop);
}

struct rules_worker *rules_worker_new(struct loop *loop, int channel)
{
	struct rules_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {.on_lost = on_director_lost,
					.on_frame = on_director_frame,
					.on_closed = on_director_closed,
					.arg = worker};

	worker->loop = loop;
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void rules_worker_free(struct rules_worker *worker)
{
	if (!worker)
		return;
	greeted_free(worker->director);
	run_job_free(worker->job);
	clear(&worker->now);
	clear(&worker->next);
	free(worker);
}

static void on_rules_term(int number, void *arg)
{
	(void)number;
	loop_stop(arg);
}

int rules_worker_run(int channel)
{
	struct loop *loop = loop_new();
	struct signals *signals = signals_new(loop, false);
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_rules_term, loop);
	struct rules_worker *worker = rules_worker_new(loop, channel);

	loop_run(loop);
	rules_worker_free(worker);
	loop_signal_free(term);
	signals_free(signals);
	loop_free(loop);
	return 0;
}
