/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/sim/health_sim.h"
#include "base/hash.h"
#include "base/mem.h"
#include "healthcheck/check_key.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* The index of the link that half of the services are behind. */
#define LINK 7
/* What must be true of every event. libcheck's own assertions write to a file also when they hold: a third of
 * the time of this simulation. */
#define CLAIM(is_true) \
	do { \
		if (!(is_true)) \
			ck_abort_msg("%s", #is_true); \
	} while (0)
/* Counted outcomes are told so often. */
#define COUNTS_MS 1000

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ms * NS_PER_MS};
}

static uint64_t below(struct sim *sim, uint64_t n)
{
	sim->random = hash_mix(sim->random, n);
	return n ? sim->random % n : 0;
}

static void endings_push(struct sim *sim, struct ending ending)
{
	size_t i = sim->endings.n;
	struct ending *heap;

	*vec_push(&sim->endings) = ending;
	heap = sim->endings.items;
	for (; i > 0 && mono_before(ending.at, heap[(i - 1) / 2].at); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = ending;
}

static struct ending endings_pop(struct sim *sim)
{
	struct ending *heap = sim->endings.items, first = heap[0];
	struct ending last = heap[--sim->endings.n];
	size_t n = sim->endings.n, i = 0, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && mono_before(heap[child + 1].at, heap[child].at))
			child++;
		if (!mono_before(heap[child].at, last.at))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
	return first;
}

const struct health_check *health_sim_check(const struct sim *sim, size_t i)
{
	size_t n;
	const struct health_vs *services = health_services(sim->health, &n);

	return &services[i / (N_RS * N_CHECKS)]
		    .real_servers[i / N_CHECKS % N_RS]
		    .checks[i % N_CHECKS];
}

/* The place of a check is in its target: see test_conf_new(). */
static size_t place_of(const struct health_check *check)
{
	const uint8_t *bytes = check->conf->target.addr.bytes;

	return ((size_t)bytes[2] << 8 | bytes[3]) * N_CHECKS + check->conf->ordinal - 1;
}

bool health_sim_is_restless(const struct sim *sim, size_t i)
{
	return hash_mix(i, 5) % 100 < sim->weather->changed_percent;
}

static struct conf_check *conf_check_at(const struct conf *conf, size_t i)
{
	return &conf->virtual_servers[i / (N_RS * N_CHECKS)]
		    .real_servers[i / N_CHECKS % N_RS]
		    .checks[i % N_CHECKS];
}

/* The same configuration each time, but for the checks that the weather changes. */
static struct conf *next_conf(struct sim *sim)
{
	const struct weather *weather = sim->weather;
	struct conf *conf = test_conf_new(N_VS, N_RS, N_CHECKS);

	for (size_t i = 0; i < N; i++) {
		struct conf_check *check = conf_check_at(conf, i);

		check->retry = weather->fall ? weather->fall - 1 : check->retry;
		check->rise = weather->rise;
		if (weather->loop_ms)
			check->delay_loop_us = (uint64_t)weather->loop_ms * 1000;
		check->fast_us = (uint64_t)weather->fast_ms * 1000;
		check->down_us = (uint64_t)weather->down_ms * 1000;
		if (health_sim_is_restless(sim, i))
			check->connect_timeout_us += sim->n_reloads;
	}
	for (size_t i = 0; i < N_VS; i++)
		conf->virtual_servers[i].is_fail_closed = weather->fail_closed;
	for (size_t i = 0; weather->is_damped && i < N_VS; i++)
		conf->virtual_servers[i].flap = (struct conf_flap){.is_on = true,
								   .times = 3,
								   .window_us = 600 * US_PER_S,
								   .hold_us = 60 * US_PER_S,
								   .max_us = 300 * US_PER_S};
	sim->n_reloads++;
	return conf;
}

/* --- frames --- */

static void post(struct sim *sim, struct frames *frames, enum check_frame type, const void *body,
		 size_t len)
{
	struct frame frame = {mono_add_ns(sim->now, FRAME_NS), type, len, malloc(len)};

	CLAIM(len <= CHAN_BODY_MAX);
	memcpy(frame.body, body, len);
	*vec_push(&frames->items) = frame;
}

static const struct frame *frame_due(const struct frames *frames)
{
	return frames->n_taken < frames->items.n ? &frames->items.items[frames->n_taken] : NULL;
}

static void frame_free(struct frames *frames)
{
	free(frames->items.items[frames->n_taken++].body);
	if (frames->n_taken == frames->items.n)
		frames->n_taken = frames->items.n = 0;
}

static void frames_lose(struct frames *frames)
{
	while (frame_due(frames))
		frame_free(frames);
}

static void send_check(struct sim *sim, const struct health_check *check)
{
	const uint64_t body[2] = {check->id, place_of(check)};

	post(sim, &sim->to_worker, CHECK_FRAME_SPEC, body, sizeof(body));
	health_lend(sim->health, check->id);
}

/* As the director does it at the end of a turn. */
static void send_words(struct sim *sim)
{
	uint8_t body[CHECK_WORD_SIZE];
	struct health_word word;

	while (health_next_word(sim->health, &word)) {
		struct pack_writer writer = {.at = body, .left = sizeof(body)};

		sim->n_words++;
		check_word_put(&writer, &word);
		post(sim, &sim->to_worker, CHECK_FRAME_WORD, body, sizeof(body));
	}
}

/* A check with another id knows nothing yet; its probe in flight, if any, is abandoned. */
static void meet(struct subject *subject, const struct health_check *check)
{
	if (subject->id == check->id)
		return;
	subject->id = check->id;
	subject->is_known = false;
	subject->state = HEALTH_UNKNOWN;
	subject->n_against = 0;
}

static void reload(struct sim *sim)
{
	struct conf *conf = next_conf(sim);
	size_t n_added = sim->added.n, n_dropped = sim->dropped.n;

	health_configure(sim->health, conf, sim->now, sim->now.ns, &sim->added, &sim->dropped);
	if (sim->conf)
		test_conf_free(sim->conf);
	sim->conf = conf;
	for (size_t i = 0; i < N; i++)
		meet(&sim->subjects[i], health_sim_check(sim, i));
	if (sim->dropped.n > n_dropped)
		post(sim, &sim->to_worker, CHECK_FRAME_DROP, sim->dropped.items + n_dropped,
		     (sim->dropped.n - n_dropped) * sizeof(check_id));
	for (size_t i = n_added; i < sim->added.n; i++)
		send_check(sim, health_check_find(sim->health, sim->added.items[i]));
}

struct sim *health_sim_new(const struct weather *weather, uint64_t seed)
{
	struct sim *sim = mem_calloc(1, sizeof(*sim));

	sim->weather = weather;
	sim->health = health_new();
	sim->pace = pace_new(HEALTH_IN_FLIGHT_MAX);
	sim->counts_due = MONO_NEVER;
	health_set_lending(sim->health);
	sim->random = seed;
	sim->link = path_link_new(LINK, "eth1", true, 0, sim->now, 1);
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_well = true;
	reload(sim);
	ck_assert_uint_eq(sim->added.n, N);
	return sim;
}

void health_sim_free(struct sim *sim)
{
	health_free(sim->health);
	pace_free(sim->pace);
	frames_lose(&sim->to_worker);
	frames_lose(&sim->to_director);
	vec_free(&sim->to_worker.items);
	vec_free(&sim->to_director.items);
	test_conf_free(sim->conf);
	vec_free(&sim->endings);
	vec_free(&sim->added);
	vec_free(&sim->dropped);
	free(sim);
}

static bool is_outage(const struct sim *sim)
{
	int64_t tide_ns = sim->weather->tide_ms * NS_PER_MS;

	if (tide_ns && sim->now.ns % tide_ns >= tide_ns / 2)
		return true;
	return mono_reached(sim->now, at_ms(sim->weather->outage_at_ms)) &&
	       mono_before(sim->now, at_ms(sim->weather->outage_until_ms));
}

static bool is_behind_link(const struct sim *sim, const struct subject *subject)
{
	return (size_t)(subject - sim->subjects) / (N_RS * N_CHECKS) % 2 == 0;
}

static bool is_well(const struct sim *sim, const struct subject *subject)
{
	if (!sim->link.is_up && is_behind_link(sim, subject))
		return false;
	return subject->is_well && !is_outage(sim);
}

/* --- the check process --- */

static void start_probe(struct sim *sim, size_t place)
{
	struct subject *subject = &sim->subjects[place];
	int64_t waited = mono_sub(sim->now, subject->last_start);
	int64_t ms = is_well(sim, subject)
			 ? (int64_t)below(sim, (uint64_t)sim->weather->probe_ms_max)
			 : sim->weather->timeout_ms;

	CLAIM(!subject->is_out); /* else two probes of one check are in flight */
	subject->is_out = true;
	subject->last_start = sim->now;
	sim->longest_wait_ns = waited > sim->longest_wait_ns ? waited : sim->longest_wait_ns;
	sim->n_out++;
	sim->n_out_max = sim->n_out > sim->n_out_max ? sim->n_out : sim->n_out_max;
	CLAIM(sim->n_out <= HEALTH_IN_FLIGHT_MAX);
	endings_push(sim, (struct ending){mono_add_ms(sim->now, ms), place, ++subject->n_probes});
}

static void start_due(struct sim *sim)
{
	int64_t late = (int64_t)pace_late_us(sim->pace, sim->now) * NS_PER_US;
	uint32_t place;

	sim->latest_ns = late > sim->latest_ns ? late : sim->latest_ns;
	while (pace_take(sim->pace, sim->now, &place))
		start_probe(sim, place);
}

static void end_unwanted(struct sim *sim, uint32_t place)
{
	if (!pace_is_unwanted(sim->pace, place))
		return;
	CLAIM(sim->subjects[place].is_out);
	sim->subjects[place].is_out = false;
	sim->n_out--;
	pace_abandon(sim->pace, place);
}

static void take_order(struct sim *sim, const struct frame *frame)
{
	struct pack_reader reader = {.at = frame->body, .left = frame->len};
	struct health_word word;
	uint64_t ids[2];
	uint32_t place;

	switch (frame->type) {
	case CHECK_FRAME_SPEC:
		pack_take_into(&reader, ids, sizeof(ids));
		pace_add(sim->pace, ids[0], (uint32_t)ids[1]);
		break;
	case CHECK_FRAME_DROP:
		while (reader.left) {
			check_id id = pack_take_u64(&reader);

			if (!pace_find(sim->pace, id, &place))
				continue;
			pace_remove(sim->pace, id);
			end_unwanted(sim, place);
		}
		break;
	default:
		check_word_take(&reader, &word);
		CLAIM(!reader.is_bad && !reader.left);
		CLAIM(pace_take_word(sim->pace, &word));
		CLAIM(pace_find(sim->pace, word.id, &place));
		end_unwanted(sim, place);
	}
}

static void tell(const struct health_told *told, void *arg)
{
	struct sim *sim = arg;
	uint8_t body[CHECK_TOLD_MAX];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};

	sim->is_told = true;
	sim->n_told++;
	check_told_put(&writer, told);
	post(sim, &sim->to_director, CHECK_FRAME_OUTCOME, body, sizeof(body) - writer.left);
}

/* The outcome as the check process sees it. */
static void end_probe(struct sim *sim, struct ending ending)
{
	struct subject *subject = &sim->subjects[ending.place];
	struct probe_result result = {.outcome = PROBE_FAIL, .started = subject->last_start};
	uint32_t place;

	if (!subject->is_out || subject->n_probes != ending.n_probe)
		return; /* abandoned, or lost with the check process */
	if (below(sim, 100) < sim->weather->local_percent)
		result.outcome = PROBE_NONE;
	else if (is_well(sim, subject))
		result.outcome = PROBE_OK;
	subject->is_out = false;
	sim->n_out--;
	sim->is_told = false;
	pace_outcome(sim->pace, (uint32_t)ending.place, &result, sim->now, tell, sim);
	if (sim->is_told)
		return;
	sim->n_counted++;
	if (!pace_find(sim->pace, subject->id, &place))
		return; /* another check by now; the frame that drops this one is under way */
	CLAIM(subject->state == (result.outcome == PROBE_OK ? HEALTH_UP : HEALTH_DOWN));
	CLAIM(subject->n_against == 0);
}

static void send_counts(struct sim *sim)
{
	uint8_t body[CHECK_COUNT_SIZE];
	struct health_count count;

	if (mono_is_never(sim->counts_due) && pace_has_counts(sim->pace))
		sim->counts_due = mono_add_ms(sim->now, COUNTS_MS);
	if (!mono_reached(sim->now, sim->counts_due))
		return;
	sim->counts_due = MONO_NEVER;
	while (pace_take_count(sim->pace, &count)) {
		struct pack_writer writer = {.at = body, .left = sizeof(body)};

		check_count_put(&writer, &count);
		post(sim, &sim->to_director, CHECK_FRAME_COUNTS, body, sizeof(body));
	}
}

/* --- the director --- */

/* As the director does it for a probe without an answer. */
static void judge_path(struct sim *sim, const struct subject *subject,
		       const struct health_check *check, struct probe_result *result)
{
	struct path_facts facts = {.link = sim->link};
	struct path_verdict verdict;

	if (!is_behind_link(sim, subject))
		return;
	if (result->outcome == PROBE_OK)
		path_link_prove(&sim->link, check->started);
	if (result->outcome != PROBE_FAIL)
		return;
	verdict = path_judge(&facts, check->started);
	if (verdict.fault == PATH_FINE)
		return;
	*result = (struct probe_result){
	    .outcome = PROBE_NONE, .fault = verdict.fault, .interface = verdict.interface};
}

/* The rules once more, in other words. */
static void expect_outcome(struct subject *subject, enum probe_outcome outcome,
			   const struct conf_check *conf)
{
	enum health_state said = outcome == PROBE_OK ? HEALTH_UP : HEALTH_DOWN;

	if (outcome == PROBE_NONE)
		return;
	subject->n_against = said == subject->state ? 0 : subject->n_against + 1;
	if (!subject->is_known ||
	    subject->n_against > (said == HEALTH_DOWN ? conf->retry : conf->rise ? conf->rise - 1 : 0)) {
		subject->state = said;
		subject->n_against = 0;
	}
	subject->is_known = true;
}

static void take_result(struct sim *sim, check_id id, struct probe_result *result)
{
	const struct health_check *check = health_check_find(sim->health, id);
	struct subject *subject = &sim->subjects[place_of(check)];
	struct health_change change;

	judge_path(sim, subject, check, result);
	expect_outcome(subject, result->outcome, check->conf);
	health_outcome(sim->health, id, result, sim->now, sim->now.ns);
	while (health_next_change(sim->health, &change)) {
		if (change.kind != HEALTH_CHANGE_REAL_SERVER)
			continue;
		sim->n_changes++;
		CLAIM(change.cause == (change.flap ? NULL : check));
		CLAIM(change.to == change.rs->state || sim->weather->is_damped);
		CLAIM(change.from != change.to);
	}
	CLAIM(check->state == subject->state);
	CLAIM(check->streak == subject->n_against);
}

static void take_report(struct sim *sim, const struct frame *frame)
{
	struct pack_reader reader = {.at = frame->body, .left = frame->len};
	struct probe_result result;
	struct health_count count;
	struct health_told told;

	if (frame->type == CHECK_FRAME_OUTCOME) {
		check_told_take(&reader, &told);
		if (health_take_told(sim->health, &told))
			take_result(sim, told.before.id, &told.result);
	} else {
		check_count_take(&reader, &count);
		if (health_take_count(sim->health, &count, &result))
			take_result(sim, count.id, &result);
	}
	CLAIM(!reader.is_bad && !reader.left);
}

static void exchange(struct sim *sim)
{
	const struct frame *frame;
	size_t n_changes = sim->n_changes;

	while ((frame = frame_due(&sim->to_worker)) && mono_reached(sim->now, frame->at)) {
		take_order(sim, frame);
		frame_free(&sim->to_worker);
	}
	while ((frame = frame_due(&sim->to_director)) && mono_reached(sim->now, frame->at)) {
		take_report(sim, frame);
		frame_free(&sim->to_director);
	}
	sim->n_plans += sim->n_changes > n_changes;
}

/* The next check process is there at once, and gets all checks. */
static void lose_prober(struct sim *sim)
{
	vec_clear(&sim->endings);
	frames_lose(&sim->to_worker);
	frames_lose(&sim->to_director);
	for (size_t i = 0; i < N; i++)
		sim->subjects[i].is_out = false;
	sim->n_out = 0;
	pace_free(sim->pace);
	sim->pace = pace_new(HEALTH_IN_FLIGHT_MAX);
	sim->counts_due = MONO_NEVER;
	health_lost_probes(sim->health, sim->now);
	for (size_t i = 0; i < N; i++)
		send_check(sim, health_sim_check(sim, i));
}

static bool is_passable(const struct health_check *check, void *arg)
{
	(void)check;
	(void)arg;
	return false;
}

/* What was in flight when the link came back is ended, and its answer comes to nobody. */
static void return_link(struct sim *sim)
{
	struct path_pass pass = {1u << PATH_NO_CARRIER | 1u << PATH_RETURNING, LINK, 0, SIZE_MAX};

	health_path_returned(sim->health, &pass, sim->now, is_passable, NULL);
	CLAIM(pass.left == 0);
}

static void set_link(struct sim *sim)
{
	bool is_up = !(mono_reached(sim->now, at_ms(sim->weather->link_at_ms)) &&
		       mono_before(sim->now, at_ms(sim->weather->link_until_ms)));

	if (path_link_update(&sim->link, is_up, 0, sim->now, sim->now.ns) == PATH_LINK_BACK)
		return_link(sim);
}

static void flap(struct sim *sim)
{
	/* A hundredth of the servers each hundredth of the period. */
	for (size_t i = 0; i < N / 100; i++) {
		size_t share = sim->weather->flap_share ? sim->weather->flap_share : 1;
		struct subject *subject = &sim->subjects[below(sim, N / share) * share];

		subject->is_well = !subject->is_well;
	}
}

static void end_holds(struct sim *sim)
{
	struct health_change change;

	health_flap_time(sim->health, sim->now);
	while (health_next_change(sim->health, &change))
		sim->n_changes += change.kind == HEALTH_CHANGE_REAL_SERVER;
}

/* Earlier of the next multiple of period_ms behind now, and next. */
static struct mono or_every(const struct sim *sim, struct mono next, int64_t period_ms)
{
	if (!period_ms)
		return next;
	return mono_min(next, at_ms((sim->now.ns / NS_PER_MS / period_ms + 1) * period_ms));
}

static bool is_time(const struct sim *sim, int64_t period_ms)
{
	return period_ms && sim->now.ns % (period_ms * NS_PER_MS) == 0;
}

static void turn(struct sim *sim, struct mono end)
{
	const struct weather *weather = sim->weather;
	struct mono next = mono_min(end, pace_next_due(sim->pace));

	ck_assert(mono_is_never(health_next_due(sim->health)));
	next = mono_min(next, sim->counts_due);
	next = mono_min(next, health_flap_due(sim->health));
	if (frame_due(&sim->to_worker))
		next = mono_min(next, frame_due(&sim->to_worker)->at);
	if (frame_due(&sim->to_director))
		next = mono_min(next, frame_due(&sim->to_director)->at);
	if (sim->endings.n)
		next = mono_min(next, sim->endings.items[0].at);
	next = or_every(sim, next, weather->reload_ms);
	next = or_every(sim, next, weather->worker_dies_ms);
	next = or_every(sim, next, weather->flap_ms / 100);
	if (mono_before(sim->now, at_ms(weather->link_at_ms)))
		next = mono_min(next, at_ms(weather->link_at_ms));
	else if (mono_before(sim->now, at_ms(weather->link_until_ms)))
		next = mono_min(next, at_ms(weather->link_until_ms));
	sim->now = mono_before(next, sim->now) ? sim->now : next;
	if (is_time(sim, weather->worker_dies_ms))
		lose_prober(sim);
	if (is_time(sim, weather->flap_ms / 100))
		flap(sim);
	if (is_time(sim, weather->reload_ms))
		reload(sim);
	set_link(sim);
	if (mono_reached(sim->now, health_flap_due(sim->health)))
		end_holds(sim);
	while (sim->endings.n && mono_reached(sim->now, sim->endings.items[0].at))
		end_probe(sim, endings_pop(sim));
	exchange(sim);
	start_due(sim);
	send_counts(sim);
	send_words(sim);
}

static void check_sums(const struct sim *sim)
{
	size_t n;
	const struct health_vs *services = health_services(sim->health, &n);

	for (size_t i = 0; i < n; i++) {
		uint64_t sum = 0;

		for (size_t j = 0; j < services[i].n_real_servers; j++) {
			bool is_present;
			uint32_t weight;

			health_rs_effective(&services[i], &services[i].real_servers[j], &is_present,
					    &weight);
			/* what is kept is no part of the truth that the quorum is told */
			sum += services[i].real_servers[j].held ? 0 : weight;
		}
		CLAIM(services[i].live_weight == sum);
		CLAIM(services[i].is_quorum_up == (sum > 0));
		CLAIM(services[i].n_live >= services[i].n_damped);
	}
}

void health_sim_run(struct sim *sim, int64_t ms)
{
	struct mono end = at_ms(ms);

	for (size_t i = 0; mono_before(sim->now, end); i++) {
		turn(sim, end);
		if (i % 10000 == 0)
			check_sums(sim);
	}
	check_sums(sim);
}
