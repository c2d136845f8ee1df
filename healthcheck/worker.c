/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/worker.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/signals.h"
#include "healthcheck/pace/keep.h"
#include "healthcheck/pace/pace.h"
#include "healthcheck/probe.h"
#include "healthcheck/talk/sockets.h"
#include "healthcheck/spec_table.h"
#include "healthcheck/wire.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <stdlib.h>
#include <sys/resource.h>

/* The kinds that the check process runs. NULL for the others, whose specs wire.h refuses. */
#define KIND(name, keyword, object, runner, probe, sets)                                           \
	[CONF_CHECK_##name] = PROBE_##runner(probe),
#define PROBE_CHECK(probe)    &probe_##probe
#define PROBE_SCRIPT(probe)   NULL
#define PROBE_DIRECTOR(probe) NULL
#define PROBE_MODEL(probe)    NULL
static const struct probe_kind *const kinds[] = {CONF_KINDS(KIND)};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Counted outcomes are told once in this time, and how late the probes are. */
#define COUNTS_MS 1000
/* So many probes begin in one turn of the loop, so that those in flight are not kept waiting. */
#define STARTS_PER_TURN 256

struct check_worker {
	struct loop *loop;
	struct greeted *director;
	void *shared[N_KINDS]; /* what open of each kind returned */
	bool is_open[N_KINDS]; /* a kind is opened for its first spec */
	struct spec_table specs;
	struct pace *pace;
	size_t in_flight_max;
	struct loop_timer *due;  /* the next probe */
	struct mono counts_due;  /* when counted outcomes are to be told */
	struct pack_writer told; /* the outcomes of this turn, in told_body */
	uint8_t told_body[CHAN_BODY_MAX];
};

static void send_frame(struct check_worker *worker, enum check_frame type, const void *body,
		       size_t len)
{
	int r = greeted_send(worker->director, (uint16_t)type, body, len);

	if (r < 0)
		log_error("outcomes of checks cannot be sent to the director: %s; the director "
			  "replaces this process when they stay away",
			  strerror(-r));
}

static void clear_told(struct check_worker *worker)
{
	worker->told =
	    (struct pack_writer){.at = worker->told_body, .left = sizeof(worker->told_body)};
}

static void send_told(struct check_worker *worker)
{
	size_t len = sizeof(worker->told_body) - worker->told.left;

	if (len)
		send_frame(worker, CHECK_FRAME_OUTCOME, worker->told_body, len);
	clear_told(worker);
}

static void say_outcome(const struct health_told *told, void *arg)
{
	struct check_worker *worker = arg;

	if (worker->told.left < CHECK_TOLD_MAX)
		send_told(worker);
	check_told_put(&worker->told, told);
}

static void take_probe_result(struct check_worker *worker, struct spec *spec,
			      const struct probe_result *result)
{
	passed_sockets_clear(&spec->sockets);
	pace_outcome(worker->pace, spec->slot, result, clock_mono(), say_outcome, worker);
}

static void on_probe_done(const struct probe_result *result, void *arg)
{
	struct spec *spec = arg;

	spec->probe = NULL;
	take_probe_result(spec->owner, spec, result);
}

static void abandon_probe(struct spec *spec)
{
	if (spec->probe)
		kinds[spec->check.type]->abandon(spec->probe);
	spec->probe = NULL;
	passed_sockets_clear(&spec->sockets);
}

/* What the spec keeps has something to report: on_turn_end() in the same turn begins the probe. */
static void on_woken(void *arg)
{
	struct spec *spec = arg;
	struct check_worker *worker = spec->owner;

	pace_hasten(worker->pace, spec->slot, clock_mono());
}

/* Ends all that is under way or kept for a spec. */
static void release_spec(struct spec *spec)
{
	abandon_probe(spec);
	if (spec->held)
		kinds[spec->check.type]->release(spec->held);
	spec->held = NULL;
}

static void start_probe(struct check_worker *worker, struct spec *spec)
{
	const struct probe_means means = {.tls = &spec->tls,
					  .sockets = &spec->sockets,
					  .held = &spec->held,
					  .wake = on_woken,
					  .wake_arg = spec};
	struct probe_result result;

	spec->probe =
	    kinds[spec->check.type]->start(worker->shared[spec->check.type], &spec->check, &means,
					   on_probe_done, spec, &result);
	if (!spec->probe)
		take_probe_result(worker, spec, &result);
}

/* Ends a probe that has got no sockets. */
static void go_without(struct check_worker *worker, struct spec *spec, int error)
{
	const char *why = check_socket_refusal(&spec->check, error);
	const struct probe_result result =
	    why ? probe_result_new(PROBE_NONE, clock_mono(), "no verdict: %s", why)
		: probe_result_new(PROBE_NONE, clock_mono(),
				   "this machine could not probe: the director got no %s socket: %s",
				   spec->check.fwmark ? "marked" : "raw", err_errno(error));

	take_probe_result(worker, spec, &result);
}

/*
 * Asks the director for the sockets of a probe, in the name of a check that waits for its outcome.
 * The probe counts as in flight from then on.
 */
static void want_sockets(struct check_worker *worker, struct spec *spec, size_t n)
{
	check_id id = pace_asker(worker->pace, spec->slot);
	int r = greeted_send(worker->director, CHECK_FRAME_WANT, &id, sizeof(id));

	passed_sockets_clear(&spec->sockets);
	spec->sockets.n_awaited = n;
	spec->wanted_by = id;
	if (r < 0)
		go_without(worker, spec, r);
}

static void run_slot(struct check_worker *worker, uint32_t slot)
{
	struct spec *spec = spec_table_at(&worker->specs, slot);
	bool is_ready = spec->held && spec->held->is_ready;
	size_t n = spec->is_known && !is_ready ? check_sockets_needed(&spec->check) : 0;
	const struct probe_result unknown = {.outcome = PROBE_NONE,
					     .started = clock_mono(),
					     .reason = "the check process does not know this check"};

	if (!spec->is_known)
		take_probe_result(worker, spec, &unknown);
	else if (n)
		want_sockets(worker, spec, n);
	else
		start_probe(worker, spec);
}

static bool awaits_sockets(const struct spec *spec, check_id id)
{
	return spec->sockets.n_awaited && spec->wanted_by == id;
}

/* A socket that nobody waits for is closed: its probe was ended meanwhile. */
static int take_socket(struct check_worker *worker, const void *body, size_t len)
{
	struct spec *spec;
	uint32_t slot;
	check_id id;
	int error, fd;

	if (check_socket_decode(body, len, &id, &error) < 0)
		return -EBADMSG;
	if (!pace_find(worker->pace, id, &slot))
		return 0;
	spec = spec_table_at(&worker->specs, slot);
	if (!awaits_sockets(spec, id))
		return 0;
	fd = greeted_take_fd(worker->director);
	if (fd < 0)
		go_without(worker, spec, error ? error : EMFILE);
	else if (passed_sockets_take(&spec->sockets, fd))
		start_probe(worker, spec);
	return 0;
}

/* Ends the probe of a spec if no check waits for it any more. */
static void settle_probe(struct check_worker *worker, struct spec *spec)
{
	if (!pace_is_unwanted(worker->pace, spec->slot))
		return;
	abandon_probe(spec);
	pace_abandon(worker->pace, spec->slot);
}

static void drop_check(struct check_worker *worker, check_id id)
{
	struct spec *spec;
	uint32_t slot;

	if (!pace_find(worker->pace, id, &slot))
		return;
	spec = spec_table_at(&worker->specs, slot);
	pace_remove(worker->pace, id);
	settle_probe(worker, spec);
	/* The director answers no check that is gone, so another one asks in its place. */
	if (awaits_sockets(spec, id))
		want_sockets(worker, spec, check_sockets_needed(&spec->check));
	if (spec->n_checks == 1)
		release_spec(spec);
	spec_table_leave(&worker->specs, spec);
}

static int on_drop(struct check_worker *worker, const void *body, size_t len)
{
	check_id id;

	if (len % sizeof(id))
		return -EBADMSG;
	for (size_t at = 0; at < len; at += sizeof(id)) {
		memcpy(&id, (const char *)body + at, sizeof(id));
		drop_check(worker, id);
	}
	return 0;
}

static void forget_all(struct check_worker *worker)
{
	for (size_t i = 0; i < worker->specs.slots.n; i++)
		if (worker->specs.slots.items[i])
			release_spec(worker->specs.slots.items[i]);
	spec_table_clear(&worker->specs);
	pace_free(worker->pace);
	worker->pace = pace_new(worker->in_flight_max);
	clear_told(worker);
}

static void on_director_lost(void *arg)
{
	forget_all(arg);
}

static void add_check(struct check_worker *worker, struct spec *spec, check_id id)
{
	drop_check(worker, id);
	spec->owner = worker;
	pace_add(worker->pace, id, spec->slot);
}

static void open_kind(struct check_worker *worker, enum conf_check_type type)
{
	if (worker->is_open[type])
		return;
	worker->is_open[type] = true;
	worker->shared[type] = kinds[type]->open(worker->loop);
}

static int on_spec(struct check_worker *worker, const void *body, size_t len)
{
	check_id id;
	struct spec *spec = spec_table_use(&worker->specs, body, len, &id);

	if (!spec)
		return -EBADMSG;
	open_kind(worker, spec->check.type);
	add_check(worker, spec, id);
	return 0;
}

static void take_word(struct check_worker *worker, const struct health_word *word)
{
	uint32_t slot;

	if (!pace_find(worker->pace, word->id, &slot))
		add_check(worker, spec_table_use_unknown(&worker->specs), word->id);
	pace_take_word(worker->pace, word);
	if (pace_find(worker->pace, word->id, &slot))
		settle_probe(worker, spec_table_at(&worker->specs, slot));
}

static int on_words(struct check_worker *worker, const void *body, size_t len)
{
	struct pack_reader reader = {.at = body, .left = len};
	struct health_word word;

	while (reader.left) {
		check_word_take(&reader, &word);
		if (reader.is_bad)
			return -EBADMSG;
		take_word(worker, &word);
	}
	return 0;
}

static int on_order(struct check_worker *worker, uint16_t type, const void *body, size_t len)
{
	switch (type) {
	case CHECK_FRAME_SPEC:
		return on_spec(worker, body, len);
	case CHECK_FRAME_DROP:
		return on_drop(worker, body, len);
	case CHECK_FRAME_WORD:
		return on_words(worker, body, len);
	case CHECK_FRAME_SOCKET:
		return take_socket(worker, body, len);
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

static void send_counts(struct check_worker *worker, uint64_t late_us)
{
	uint8_t body[CHAN_BODY_MAX];
	struct pack_writer writer;
	struct health_count count;
	const struct lateness_sums lateness = pace_lateness(worker->pace, clock_mono());

	do {
		writer = (struct pack_writer){.at = body, .left = sizeof(body)};
		pack_put_u64(&writer, late_us);
		check_lateness_put(&writer, &lateness);
		while (writer.left >= CHECK_COUNT_SIZE && pace_take_count(worker->pace, &count))
			check_count_put(&writer, &count);
		send_frame(worker, CHECK_FRAME_COUNTS, body, sizeof(body) - writer.left);
	} while (pace_has_counts(worker->pace));
}

/* Tells the counts when it is time. There is no time while there is nothing to tell. */
static void settle_counts(struct check_worker *worker, struct mono now)
{
	uint64_t late_us = pace_late_us(worker->pace, now);
	bool is_needed = pace_has_counts(worker->pace) || late_us > 0;

	if (mono_reached(now, worker->counts_due)) {
		if (is_needed)
			send_counts(worker, late_us);
		worker->counts_due = MONO_NEVER;
		is_needed = false;
	}
	if (is_needed && mono_is_never(worker->counts_due))
		worker->counts_due = mono_add_ms(now, COUNTS_MS);
}

static void on_pace_due(void *arg)
{
	(void)arg; /* on_turn_end() in the same turn starts what is due */
}

static void on_turn_end(void *arg)
{
	struct check_worker *worker = arg;
	struct mono now = clock_mono();
	uint32_t slot;

	for (size_t n = 0; n < STARTS_PER_TURN && pace_take(worker->pace, now, &slot); n++)
		run_slot(worker, slot);
	send_told(worker);
	settle_counts(worker, now);
	loop_timer_set(worker->due, mono_min(pace_next_due(worker->pace), worker->counts_due));
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

static size_t in_flight_max(void)
{
	struct rlimit limit = {.rlim_cur = 1024};

	getrlimit(RLIMIT_NOFILE, &limit);
	return keep_probes_max(limit.rlim_cur, HEALTH_IN_FLIGHT_MAX);
}

struct check_worker *check_worker_new(struct loop *loop, int channel)
{
	struct check_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {.on_lost = on_director_lost,
					.on_frame = on_probe_frame,
					.on_closed = on_director_closed,
					.arg = worker};

	worker->loop = loop;
	worker->in_flight_max = in_flight_max();
	worker->due = loop_timer_new(loop, on_pace_due, worker);
	worker->counts_due = MONO_NEVER;
	worker->pace = pace_new(worker->in_flight_max);
	clear_told(worker);
	loop_on_settle(loop, on_turn_end, worker);
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void check_worker_free(struct check_worker *worker)
{
	if (!worker)
		return;
	forget_all(worker);
	pace_free(worker->pace);
	for (size_t i = 0; i < N_KINDS; i++)
		if (worker->is_open[i])
			kinds[i]->close(worker->shared[i]);
	loop_on_settle(worker->loop, NULL, NULL);
	loop_timer_free(worker->due);
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
