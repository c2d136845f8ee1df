/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/worker.h"
#include "base/chan.h"
#include "base/log.h"
#include "base/signals.h"
#include "healthcheck/probe.h"
#include "healthcheck/spec_table.h"
#include "healthcheck/wire.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

/* NULL of a kind that another process runs, whose specs are refused (wire.h). */
#define KIND(name, keyword, object, runner) [CONF_CHECK_##name] = PROBE_##runner(object),
#define PROBE_CHECK(object)                 &probe_##object
#define PROBE_SCRIPT(object)                NULL
static const struct probe_kind *const kinds[] = {CONF_KINDS(KIND)};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct worker {
	struct loop *loop;
	struct chan *chan;
	void *grounds[N_KINDS]; /* from the open of each kind */
	struct spec_table specs;
	uint64_t nonce;
	bool is_reset; /* the director answered this process's HELLO */
};

static void say_hello(struct worker *worker)
{
	chan_send(worker->chan, CHECK_FRAME_HELLO, &worker->nonce, sizeof(worker->nonce));
}

static void say_outcome(struct worker *worker, check_id id, const struct probe_result *result)
{
	char body[CHECK_OUTCOME_MAX];
	size_t len = check_outcome_encode(id, result, body, sizeof(body));
	int r = chan_send(worker->chan, CHECK_FRAME_OUTCOME, body, len);

	if (r < 0)
		log_error("the outcome of check id %llu is lost: %s", (unsigned long long)id,
			  strerror(-r));
}

static void on_done(const struct probe_result *result, void *arg)
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

static void run_check(struct worker *worker, check_id id)
{
	struct spec *spec = spec_table_find(&worker->specs, id);
	struct probe_result result = {.outcome = PROBE_NONE,
				      .reason = "the check process was not told of this check"};

	if (spec && spec->probe)
		return;
	if (spec)
		spec->probe =
		    kinds[spec->check.type]->start(worker->grounds[spec->check.type], &spec->check,
						   &spec->tls, on_done, spec, &result);
	if (!spec || !spec->probe)
		say_outcome(worker, id, &result);
}

static void drop_check(struct worker *worker, check_id id)
{
	spec_table_remove(&worker->specs, id, on_spec_end);
}

static int on_ids(struct worker *worker, const void *body, size_t len,
		  void (*each)(struct worker *, check_id))
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

static int on_reset(struct worker *worker, const void *body, size_t len)
{
	uint64_t nonce;

	if (len != sizeof(nonce))
		return -EBADMSG;
	memcpy(&nonce, body, sizeof(nonce));
	spec_table_clear(&worker->specs, on_spec_end);
	worker->is_reset = nonce == worker->nonce;
	if (!worker->is_reset)
		say_hello(worker);
	return 0;
}

static int on_spec(struct worker *worker, const void *body, size_t len)
{
	struct spec *spec = spec_table_add(&worker->specs, body, len, on_spec_end);

	if (!spec)
		return -EBADMSG;
	spec->owner = worker;
	return 0;
}

static int on_order(struct worker *worker, uint16_t type, const void *body, size_t len)
{
	if (type == CHECK_FRAME_RESET)
		return on_reset(worker, body, len);
	if (!worker->is_reset)
		return 0; /* meant for a predecessor */
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

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	if (on_order(arg, type, body, len) < 0)
		log_warning("a frame of type %u and %zu bytes from the director is malformed and "
			    "was ignored",
			    type, len);
}

static void on_closed(void *arg)
{
	struct worker *worker = arg;

	loop_stop(worker->loop);
}

static void on_term(int number, void *arg)
{
	(void)number;
	on_closed(arg);
}

/* Each probe in flight holds a descriptor, and the usual soft limit is below the in-flight cap. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static uint64_t nonce_new(void)
{
	uint64_t nonce = 0;

	while (!nonce)
		if (getrandom(&nonce, sizeof(nonce), 0) < 0 && errno != EINTR)
			return (uint64_t)getpid();
	return nonce;
}

int check_worker_run(int channel)
{
	struct worker worker = {.loop = loop_new(), .nonce = nonce_new()};
	struct loop_signal *term = loop_signal_new(worker.loop, SIGTERM, on_term, &worker);
	struct signals *signals = signals_new(worker.loop, false);

	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	worker.chan = chan_new(worker.loop, channel, on_frame, on_closed, &worker);
	for (size_t i = 0; i < N_KINDS; i++)
		worker.grounds[i] = kinds[i] ? kinds[i]->open(worker.loop) : NULL;
	say_hello(&worker);
	loop_run(worker.loop);
	spec_table_clear(&worker.specs, on_spec_end);
	for (size_t i = 0; i < N_KINDS; i++)
		if (kinds[i])
			kinds[i]->close(worker.grounds[i]);
	chan_free(worker.chan);
	loop_signal_free(term);
	signals_free(signals);
	loop_free(worker.loop);
	return 0;
}
