/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/worker.h"
#include "base/chan.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "healthcheck/probe.h"
#include "healthcheck/spec_table.h"
#include "healthcheck/wire.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <stdlib.h>
#include <sys/resource.h>

/* The kinds that the check process runs. NULL for the others, whose specs wire.h refuses. */
#define KIND(name, keyword, object, runner, probe, sets) [CONF_CHECK_##name] = PROBE_##runner(probe),
#define PROBE_CHECK(probe)                               &probe_##probe
#define PROBE_SCRIPT(probe)                              NULL
static const struct probe_kind *const kinds[] = {CONF_KINDS(KIND)};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct check_worker {
	struct loop *loop;
	struct greeted *director;
	void *shared[N_KINDS]; /* what open of each kind returned */
	struct spec_table specs;
};

static void say_outcome(struct check_worker *worker, check_id id, const struct probe_result *result)
{
	char body[CHECK_OUTCOME_MAX];
	size_t len = check_outcome_encode(id, result, body, sizeof(body));
	int r = greeted_send(worker->director, CHECK_FRAME_OUTCOME, body, len);

	if (r < 0)
		log_error("the outcome of the check with id %llu cannot be sent to the director: "
			  "%s; the director replaces this process when the outcome stays away",
			  (unsigned long long)id, strerror(-r));
}

static void on_probe_done(const struct probe_result *result, void *arg)
{
	struct spec *spec = arg;

	spec->probe = NULL;
	say_outcome(spec->owner, spec->id, result);
}

static void on_spec_end(struct spec *spec)
{
	if (spec->probe)
		kinds[spec->check.type]->abandon(spec->probe);
}

static void run_check(struct check_worker *worker, check_id id)
{
	struct spec *spec = spec_table_find(&worker->specs, id);
	struct probe_result result = {.outcome = PROBE_NONE,
				      .reason = "the check process does not know this check"};

	if (spec && spec->probe)
		return;
	if (spec)
		spec->probe =
		    kinds[spec->check.type]->start(worker->shared[spec->check.type], &spec->check,
						   &spec->tls, on_probe_done, spec, &result);
	if (!spec || !spec->probe)
		say_outcome(worker, id, &result);
}

static void drop_check(struct check_worker *worker, check_id id)
{
	spec_table_remove(&worker->specs, id, on_spec_end);
}

static int on_ids(struct check_worker *worker, const void *body, size_t len,
		  void (*each)(struct check_worker *, check_id))
{
	check_id id;

	if (len % sizeof(id))
		return -EBADMSG;
	for (size_t at = 0; at < len; at += sizeof(id)) {
		memcpy(&id, (const char *)body + at, sizeof(id));
		each(worker, id);
	}
	return 0;
}

static void on_director_lost(void *arg)
{
	struct check_worker *worker = arg;

	spec_table_clear(&worker->specs, on_spec_end);
}

static int on_spec(struct check_worker *worker, const void *body, size_t len)
{
	struct spec *spec = spec_table_add(&worker->specs, body, len, on_spec_end);

	if (!spec)
		return -EBADMSG;
	spec->owner = worker;
	return 0;
}

static int on_order(struct check_worker *worker, uint16_t type, const void *body, size_t len)
{
	switch (type) {
	case CHECK_FRAME_SPEC:
		return on_spec(worker, body, len);
	case CHECK_FRAME_DROP:
		return on_ids(worker, body, len, drop_check);
	case CHECK_FRAME_RUN:
		return on_ids(worker, body, len, run_check);
	default:
		return -EBADMSG;
	}
}

static void on_probe_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	if (on_order(arg, type, body, len) < 0)
		log_warning("a frame of type %u and %zu bytes from the director is malformed: "
			    "ignored",
			    type, len);
}

static void on_director_closed(void *arg)
{
	struct check_worker *worker = arg;

	loop_stop(worker->loop);
}

/* Each probe in flight has a descriptor, and the usual soft limit is below HEALTH_IN_FLIGHT_MAX. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

struct check_worker *check_worker_new(struct loop *loop, int channel)
{
	struct check_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {.on_lost = on_director_lost,
					.on_frame = on_probe_frame,
					.on_closed = on_director_closed,
					.arg = worker};

	worker->loop = loop;
	for (size_t i = 0; i < N_KINDS; i++)
		worker->shared[i] = kinds[i] ? kinds[i]->open(loop) : NULL;
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void check_worker_free(struct check_worker *worker)
{
	if (!worker)
		return;
	spec_table_clear(&worker->specs, on_spec_end);
	for (size_t i = 0; i < N_KINDS; i++)
		if (kinds[i])
			kinds[i]->close(worker->shared[i]);
	greeted_free(worker->director);
	free(worker);
}

static void on_check_term(int number, void *arg)
{
	(void)number;
	loop_stop(arg);
}

int check_worker_run(int channel)
{
	struct loop *loop = loop_new();
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_check_term, loop);
	struct signals *signals = signals_new(loop, false);
	struct check_worker *worker;

	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	worker = check_worker_new(loop, channel);
	loop_run(loop);
	check_worker_free(worker);
	loop_signal_free(term);
	signals_free(signals);
	loop_free(loop);
	return 0;
}
