/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A successor adopts the table that its predecessor left, for random configurations and random
 * histories. The start changes nothing in the kernel, and neither does any probe that finds what
 * the predecessor's last probe found. When servers come back, it does what the predecessor would
 * have done.
 */
#include "conf/load.h"
#include "conf/text/out.h"
#include "daemon/director/table/adopt.h"
#include "daemon/director/table/decide.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_SEEDS  8000
#define N_ROUNDS 6
#define IDS_MAX  64

/* --- a configuration --- */

struct draw {
	struct rng rng;
	/* Without settings that let the table mean two things: scripts that give a weight,
	 * inhibit_on_failure, a sorry server that is a real server too. */
	bool is_plain;
	struct out out;
};

static bool one_in(struct draw *draw, uint32_t n)
{
	return rng_below(&draw->rng, n) == 0;
}

__attribute__((format(printf, 2, 3))) static void put(struct draw *draw, const char *format, ...)
{
	char text[160];
	va_list words;

	va_start(words, format);
	vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	out_text(&draw->out, text);
}

/* The table shows the weight that all scripts together made: with two of them nobody knows the
 * parts.
 */
static void put_checks(struct draw *draw, bool has_script)
{
	unsigned n = rng_below(&draw->rng, 3);

	for (unsigned i = 0; i < n; i++)
		if (i == 0 && has_script && one_in(draw, 3))
			put(draw, "MISC_CHECK { misc_path /bin/w%u\n misc_dynamic\n retry 0\n }\n",
			    i);
		else
			put(draw, "TCP_CHECK { connect_port %u\n retry 0\n }\n", 1000 + i);
}

/* port: with the blank before it; "": of a group whose members have different ports, the server has
 * the port of each. */
static void put_real_server(struct draw *draw, unsigned number, const char *port, bool has_script)
{
	put(draw, "real_server 10.1.0.%u%s {\n", number, port);
	if (one_in(draw, 2))
		put(draw, "weight %u\n", rng_below(&draw->rng, 4));
	if (!draw->is_plain && one_in(draw, 5))
		put(draw, "inhibit_on_failure\n");
	if (one_in(draw, 6))
		put(draw, "backup %u\n", 1 + rng_below(&draw->rng, 2));
	put_checks(draw, has_script);
	put(draw, "}\n");
}

/* The sorry server is one of the real servers in one service out of four. A weight that
 * it shows is then not told from one that a script gave, or that hysteresis left. */
static void put_service(struct draw *draw, unsigned number)
{
	unsigned quorum = 1 + rng_below(&draw->rng, 3), n = 1 + rng_below(&draw->rng, 4);
	bool is_double = !draw->is_plain && one_in(draw, 4);
	const char *port = " 80";

	if (one_in(draw, 4)) {
		port = one_in(draw, 2) ? " 80" : "";
		put(draw, "virtual_server_group g%u {\n10.0.%u.1 80\n10.0.%u.2 %s\n }\n", number,
		    number, number, port[0] ? "80" : "8080");
		put(draw, "virtual_server group g%u {\n", number);
	} else {
		put(draw, "virtual_server 10.0.%u.9 80 {\n", number);
	}
	put(draw, "protocol %s\nquorum %u\n", one_in(draw, 5) ? "UDP" : "TCP", quorum);
	if (!is_double && one_in(draw, 3))
		put(draw, "hysteresis %u\n", rng_below(&draw->rng, quorum));
	if (is_double || one_in(draw, 2))
		put(draw, "sorry_server 10.1.0.%u%s\n", is_double ? 1 : 99, port);
	if (one_in(draw, 5))
		put(draw, "alpha\n");
	if (one_in(draw, 4))
		put(draw, "drain_on_failure\n");
	for (unsigned i = 0; i < n; i++)
		put_real_server(draw, i + 1, port, !is_double && !draw->is_plain);
	put(draw, "}\n");
}

static char *text_of(struct rng rng, bool is_plain)
{
	struct draw draw = {.rng = rng, .is_plain = is_plain};
	unsigned n = 1 + rng_below(&draw.rng, 2);

	out_init(&draw.out, NULL, NULL);
	for (unsigned i = 0; i < n; i++)
		put_service(&draw, i + 1);
	return out_take(&draw.out);
}

/* --- directors, one after the other, and the kernel's table --- */

struct director {
	struct health *health;
	struct ipvs_state applied;
	bool is_applied_known;
	struct ipvs_drain_policies policies;
};

struct world {
	unsigned seed;
	struct rng rng;
	char *text;
	struct conf *conf;
	struct ipvs_state table;
	/* These two are files in the run dir. */
	struct ipvs_owned owned;
	struct ipvs_drain drain;
	struct mono now;
};

static void director_begin(struct director *director, const struct world *world)
{
	struct check_ids added = {0}, dropped = {0};

	*director = (struct director){.health = health_new()};
	health_configure(director->health, world->conf, world->now, 1, &added, &dropped);
	adopt_report(&world->table, &world->drain, director->health);
	ipvs_drain_policies_take(&director->policies, world->conf);
	vec_free(&added);
	vec_free(&dropped);
}

static void director_end(struct director *director)
{
	health_free(director->health);
	ipvs_state_clear(&director->applied);
	ipvs_drain_policies_free(&director->policies);
}

/* One turn. Returns the number of operations, and prints them unless ret_plan is NULL. */
static size_t turn(struct director *director, struct world *world, FILE *ret_plan)
{
	const struct table_facts facts = {.conf = world->conf,
					  .health = director->health,
					  .have = &world->table,
					  .applied = director->is_applied_known ? &director->applied
										: NULL,
					  .owned = &world->owned,
					  .policies = &director->policies,
					  .ready = TABLE_ALL_READY,
					  .now = world->now};
	struct table_decision decision;
	size_t n;

	table_decide(&facts, &world->drain, &decision);
	n = decision.plan.ops.n;
	for (size_t i = 0; ret_plan && i < n; i++) {
		ipvs_op_print(&decision.plan.ops.items[i], ret_plan);
		fputc('\n', ret_plan);
	}
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(ipvs_op_apply(&decision.plan.ops.items[i], &world->table), 0);
	ipvs_owned_claim(&world->owned, &decision.want);
	ipvs_drain_forget(&world->drain, &world->table);
	ipvs_state_clear(&director->applied);
	state_copy(&decision.want, &director->applied);
	director->is_applied_known = true;
	table_decision_fini(&decision);
	return n;
}

/* The outcome of a probe that is drawn: a script of misc_dynamic says a weight of 0 to 3 too. */
static struct probe_result outcome_of(struct world *world, const struct health_check *check)
{
	struct probe_result result = {.outcome = rng_below(&world->rng, 3) ? PROBE_OK : PROBE_FAIL};

	if (check->conf->is_dynamic && result.outcome == PROBE_OK) {
		result.has_weight = true;
		result.weight = rng_below(&world->rng, 4);
	}
	return result;
}

/* Every check is probed. */
static void probe_all(struct director *director, struct world *world)
{
	check_id ids[IDS_MAX];
	size_t n;

	world->now = mono_add_ns(world->now, 1000 * NS_PER_S);
	n = health_take_due(director->health, world->now, ids, IDS_MAX);
	for (size_t i = 0; i < n; i++) {
		const struct health_check *check = health_check_find(director->health, ids[i]);
		struct probe_result result = outcome_of(world, check);

		health_outcome(director->health, ids[i], &result, world->now, 1);
	}
}

/* --- a successor --- */

static void nothing_changes(struct director *director, struct world *world, const char *when)
{
	char *plan = NULL;
	size_t len, n;
	FILE *out = open_memstream(&plan, &len);

	n = turn(director, world, out);
	fclose(out);
	ck_assert_msg(n == 0, "seed %u: %s this plan:\n%s\n%s", world->seed, when, plan,
		      world->text);
	free(plan);
}

/* The predecessor's check at the same place of the configuration. */
static const struct health_check *same_check(const struct director *director,
					     const struct health_check *check)
{
	size_t n;
	const struct health_vs *services = health_services(director->health, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			for (size_t k = 0; k < services[i].real_servers[j].n_checks; k++)
				if (services[i].real_servers[j].checks[k].conf == check->conf)
					return &services[i].real_servers[j].checks[k];
	return NULL;
}

static void repeat_last(struct director *director, const struct director *before,
			struct world *world, check_id id)
{
	const struct health_check *same =
	    same_check(before, health_check_find(director->health, id));
	struct probe_result result = same->last;

	ck_assert(result.outcome != PROBE_NONE);
	health_outcome(director->health, id, &result, world->now, 1);
}

/* Does the director keep servers that are down, which the table does not show? is_idle: only those
 * with weight 0 count, whose destination looks as if inhibit_on_failure had left it. */
static bool keeps_any(const struct director *director, bool is_idle)
{
	size_t n;
	const struct health_vs *vs = health_services(director->health, &n), *end = vs + n;

	for (; vs < end; vs++)
		for (size_t i = 0; i < vs->n_real_servers; i++) {
			const struct health_rs *rs = &vs->real_servers[i];
			bool is_weighted = rs->weight > 0 && health_rs_is_in_use(vs, rs);

			if (rs->held && !(is_idle && is_weighted))
				return true;
		}
	return false;
}

/* The successor's probes come back in an order that is drawn. */
static void find_the_same(struct director *director, const struct director *before,
			  struct world *world)
{
	check_id ids[IDS_MAX];
	size_t n;

	world->now = mono_add_ns(world->now, 1000 * NS_PER_S);
	n = health_take_due(director->health, world->now, ids, IDS_MAX);
	for (n = keeps_any(before, true) ? 0 : n; n; n--) {
		size_t i = rng_below(&world->rng, (uint32_t)n);

		repeat_last(director, before, world, ids[i]);
		ids[i] = ids[n - 1];
		nothing_changes(director, world, "a probe that finds the same causes");
	}
}

/* All checks of a server succeed. */
static void recover(struct director *director, const struct conf_real_server *conf, struct mono now)
{
	struct probe_result result = {.outcome = PROBE_OK};
	check_id ids[IDS_MAX];
	size_t n = health_take_due(director->health, now, ids, IDS_MAX);

	for (size_t i = 0; i < n; i++) {
		const struct health_check *check = health_check_find(director->health, ids[i]);

		if (health_check_server(director->health, check)->conf == conf)
			health_outcome(director->health, ids[i], &result, now, 1);
	}
	health_lost_probes(director->health, now);
}

/* Each server of a service, and then its sorry server, as "weight" or "-". */
static char *wanted(const struct director *director)
{
	size_t n;
	const struct health_vs *vs = health_services(director->health, &n), *end = vs + n;
	struct out out;
	bool is_present;
	uint32_t weight;

	out_init(&out, NULL, NULL);
	for (; vs < end; vs++)
		for (size_t i = 0; i <= vs->n_real_servers; i++) {
			if (i < vs->n_real_servers)
				health_rs_effective(vs, &vs->real_servers[i], &is_present, &weight);
			else
				health_sorry_effective(vs, &is_present, &weight);
			out_text(&out, i < vs->n_real_servers ? " rs " : " sorry ");
			if (is_present)
				out_number(&out, weight);
			else
				out_text(&out, "-");
		}
	return out_take(&out);
}

/* Servers that are drawn come back, one after the other. Both directors see it. A server that the
 * first one keeps though it is down is one without a verdict for the second. */
static void see_the_same(struct director *first, struct director *second, struct world *world)
{
	size_t n_vs;
	const struct health_vs *vs = health_services(first->health, &n_vs);

	for (unsigned i = 0; i < 4 && !keeps_any(first, false); i++) {
		const struct health_vs *service = &vs[rng_below(&world->rng, (uint32_t)n_vs)];
		const struct conf_real_server *conf =
		    service->real_servers[rng_below(&world->rng, (uint32_t)service->n_real_servers)]
			.conf;
		char *one, *other;

		world->now = mono_add_ns(world->now, 1000 * NS_PER_S);
		recover(first, conf, world->now);
		recover(second, conf, world->now);
		one = wanted(first);
		other = wanted(second);
		ck_assert_msg(!strcmp(one, other), "seed %u: %s by the predecessor,%s now\n%s",
			      world->seed, one, other, world->text);
		free(one);
		free(other);
	}
}

static void world_check(unsigned seed)
{
	struct world world = {.seed = seed, .rng = {seed * 7919u + 1}, .now = {1000 * NS_PER_S}};
	struct diags diags = {0};
	struct director first, second;
	unsigned n = 1 + rng_below(&world.rng, N_ROUNDS);

	world.text = text_of(world.rng, seed % 2);
	world.conf = conf_load_text("t", world.text, strlen(world.text), &diags);
	ck_assert_msg(world.conf, "%s", world.text);
	director_begin(&first, &world);
	turn(&first, &world, NULL);
	for (unsigned i = 0; i < n; i++) {
		probe_all(&first, &world);
		turn(&first, &world, NULL);
		/* What drained has no connections any more. */
		for (size_t k = 0; k < world.drain.entries.n && rng_below(&world.rng, 2); k++)
			world.drain.entries.items[k].is_over = true;
		turn(&first, &world, NULL);
	}
	nothing_changes(&first, &world, "a second look causes");
	director_begin(&second, &world);
	nothing_changes(&second, &world, "the start causes");
	if (seed % 2)
		see_the_same(&first, &second, &world);
	else
		find_the_same(&second, &first, &world);
	director_end(&first);
	director_end(&second);
	ipvs_state_clear(&world.table);
	ipvs_owned_free(&world.owned);
	ipvs_drain_free(&world.drain);
	conf_free(world.conf);
	diags_free(&diags);
	free(world.text);
}

START_TEST(a_successor_changes_nothing_that_its_probes_confirm)
{
	const char *only = getenv("LVSD_SEED");
	unsigned from = only ? (unsigned)atoi(only) : 0;

	for (unsigned seed = from; seed < (only ? from + 1 : N_SEEDS); seed++)
		world_check(seed);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("adopt properties");
	TCase *tcase = tcase_create("properties");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_successor_changes_nothing_that_its_probes_confirm);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
