/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netlink edge against the IPVS of the kernel that runs it. It REPLACES the IPVS table of the
 * network namespace, so it is run by hand in a namespace made for it, never by `make check`.
 *
 * usage: genl_probe [ROUNDS [SERVICES]]
 * Exit status: 0 all held, 1 something did not, 77 no IPVS in this kernel.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "ipvs/genl.h"
#include "ipvs/genl_socket.h"
#include "ipvs/genl_wire.h"
#include "ipvs/owned.h"
#include "tests/unit/test_ipvs_random.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYNC_INTERFACE    "dummy0"
#define DESTS_PER_SERVICE 4

static int n_failed;

__attribute__((format(printf, 2, 3))) static void expect(bool holds, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	n_failed++;
	va_start(args, format);
	fputs("FAILED: ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

static void dump(struct ipvs_genl *genl, struct ipvs_state *ret_state)
{
	struct err err = {""};
	int rc = ipvs_genl_dump(genl, ret_state, &err);

	expect(rc == 0, "dump: %d: %s", rc, err.text);
}

static int apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results)
{
	struct err err = {""};
	int rc = ipvs_genl_apply(genl, plan, results, &err);

	if (rc)
		printf("apply of %zu operations: %d: %s\n", plan->ops.n, rc, err.text);
	return rc;
}

/* Makes the table what is wanted, all that is there being ours. The number of operations. */
static size_t make(struct ipvs_genl *genl, const struct ipvs_state *want)
{
	struct ipvs_state have = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_plan plan = {0};
	size_t n;

	dump(genl, &have);
	ipvs_owned_claim(&owned, &have);
	ipvs_plan(want, &have, owned.keys.items, owned.keys.n, &plan);
	n = plan.ops.n;
	expect(apply(genl, &plan, NULL) == 0, "making a table");
	ipvs_state_clear(&have);
	ipvs_owned_free(&owned);
	ipvs_plan_free(&plan);
	return n;
}

static void clear(struct ipvs_genl *genl)
{
	const struct ipvs_state none = {0};

	make(genl, &none);
}

/* A plan applied at once, then its end compared with the kernel's. */
static void check_plan(struct ipvs_genl *genl, const struct ipvs_state *want,
		       const struct ipvs_state *have, const struct ipvs_owned *owned, uint64_t seed)
{
	struct ipvs_state end = {0}, now = {0};
	struct ipvs_plan plan = {0};

	expected_state(want, have, owned, &end);
	ipvs_plan(want, have, owned->keys.items, owned->keys.n, &plan);
	expect(apply(genl, &plan, NULL) == 0, "seed %lu: apply", (unsigned long)seed);
	dump(genl, &now);
	expect(state_is_equal(&now, &end), "seed %lu: the end differs", (unsigned long)seed);
	ipvs_plan_free(&plan);
	ipvs_plan(want, &now, owned->keys.items, owned->keys.n, &plan);
	expect(plan.ops.n == 0, "seed %lu: %zu operations remain", (unsigned long)seed, plan.ops.n);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&end);
	ipvs_state_clear(&now);
}

/* The same, one operation at a time with a dump after each: no step empties a pool. */
static void check_steps(struct ipvs_genl *genl, const struct ipvs_state *want,
			const struct ipvs_state *have, const struct ipvs_owned *owned,
			uint64_t seed)
{
	struct ipvs_state end = {0};
	struct ipvs_plan plan = {0};

	expected_state(want, have, owned, &end);
	ipvs_plan(want, have, owned->keys.items, owned->keys.n, &plan);
	for (size_t i = 0; i < plan.ops.n; i++) {
		struct ipvs_plan single = {.ops = {&plan.ops.items[i], 1, 1}};
		struct ipvs_state now = {0};

		expect(apply(genl, &single, NULL) == 0, "seed %lu: step %zu", (unsigned long)seed,
		       i);
		dump(genl, &now);
		expect(!state_find_emptied(have, &end, &now), "seed %lu: step %zu empties a pool",
		       (unsigned long)seed, i);
		ipvs_state_clear(&now);
	}
	ipvs_plan_free(&plan);
	ipvs_state_clear(&end);
}

static void check_random_tables(struct ipvs_genl *genl, unsigned rounds)
{
	size_t n_ops = 0;

	for (unsigned i = 0; i < rounds; i++) {
		struct rng rng = {i};
		struct ipvs_state want = {0}, start = {0}, have = {0};
		struct ipvs_owned owned = {0};

		random_state(&rng, 12, &start);
		random_state(&rng, 12, &want);
		n_ops += make(genl, &start);
		dump(genl, &have);
		expect(state_is_equal(&start, &have), "seed %u: the start differs", i);
		random_owned(&rng, &have, &owned);
		if (i % 10 == 0)
			check_steps(genl, &want, &have, &owned, i);
		else
			check_plan(genl, &want, &have, &owned, i);
		ipvs_state_clear(&want);
		ipvs_state_clear(&start);
		ipvs_state_clear(&have);
		ipvs_owned_free(&owned);
	}
	printf("random tables: %u rounds (each tenth in single steps), %zu operations to set them "
	       "up\n",
	       rounds, n_ops);
}

static void large_state(unsigned n_services, uint32_t weight, struct ipvs_state *ret_state)
{
	for (unsigned i = 0; i < n_services; i++) {
		struct svckey key = {.family = AF_INET, .protocol = IPPROTO_TCP};
		struct endpoint ep = {.addr.family = AF_INET, .port = 80};
		struct ipvs_service *service;

		key.ep = ep;
		memcpy(key.ep.addr.bytes, (uint8_t[]){10, 10, (uint8_t)(i >> 8), (uint8_t)i}, 4);
		service = ipvs_state_add(ret_state, &key);
		strcpy(service->scheduler, "wlc");
		service->netmask = 0xffffffff;
		for (uint8_t j = 0; j < DESTS_PER_SERVICE; j++) {
			memcpy(ep.addr.bytes, (uint8_t[]){10, 9, 1, (uint8_t)(1 + j)}, 4);
			ipvs_service_add(service, &ep)->weight = weight;
		}
	}
	ipvs_state_sort(ret_state);
}

struct measure {
	struct ipvs_genl *genl;
	struct ipvs_genl_counters before;
	struct mono start;
};

static void measure_start(struct measure *measure, struct ipvs_genl *genl)
{
	measure->genl = genl;
	ipvs_genl_counters(genl, &measure->before);
	measure->start = clock_mono();
}

static void measure_print(const struct measure *measure, const char *what, size_t n)
{
	int64_t us = mono_sub(clock_mono(), measure->start) / NS_PER_US;
	struct ipvs_genl_counters now;

	ipvs_genl_counters(measure->genl, &now);
	printf("%s: %zu operations, %lu messages, %lu sends, %lu receives, %ld us\n", what, n,
	       (unsigned long)(now.messages - measure->before.messages),
	       (unsigned long)(now.sends - measure->before.sends),
	       (unsigned long)(now.receives - measure->before.receives), (long)us);
}

static void measured_plan(struct ipvs_genl *genl, const struct ipvs_state *want,
			  const struct ipvs_state *have, const char *what)
{
	struct ipvs_plan plan = {0};
	struct measure measure;

	ipvs_plan(want, have, NULL, 0, &plan);
	measure_start(&measure, genl);
	expect(apply(genl, &plan, NULL) == 0, "%s", what);
	measure_print(&measure, what, plan.ops.n);
	ipvs_plan_free(&plan);
}

static void check_large_table(struct ipvs_genl *genl, unsigned n_services)
{
	struct ipvs_state want = {0}, changed = {0}, have = {0};
	struct measure measure;

	clear(genl);
	large_state(n_services, 1, &want);
	large_state(n_services, 2, &changed);
	measured_plan(genl, &want, &have, "large table, made");
	measure_start(&measure, genl);
	dump(genl, &have);
	measure_print(&measure, "large table, dumped", 0);
	expect(state_is_equal(&want, &have), "the large table differs");
	measured_plan(genl, &changed, &have, "large table, each weight edited");
	measure_start(&measure, genl);
	clear(genl);
	measure_print(&measure, "large table, dumped and deleted", n_services);
	ipvs_state_clear(&want);
	ipvs_state_clear(&changed);
	ipvs_state_clear(&have);
}

/* Each second service gets a scheduler that no kernel has; its destinations then lack a service. */
static void spoil(struct ipvs_plan *plan, int *ret_expected)
{
	bool is_bad = true;

	for (size_t i = 0; i < plan->ops.n; i++) {
		struct ipvs_op *op = &plan->ops.items[i];

		if (op->kind == IPVS_OP_ADD_SERVICE) {
			is_bad = !is_bad;
			if (is_bad)
				strcpy(op->service.scheduler, "nosuch");
			ret_expected[i] = is_bad ? -ENOENT : 0;
		} else {
			ret_expected[i] = is_bad ? -ESRCH : 0;
		}
	}
}

static void check_refusals(struct ipvs_genl *genl, unsigned n_services)
{
	const struct ipvs_state none = {0};
	struct ipvs_state want = {0};
	struct ipvs_plan plan = {0};
	int *expected, *results;
	int n_refused = 0;

	clear(genl);
	large_state(n_services, 1, &want);
	ipvs_plan(&want, &none, NULL, 0, &plan);
	expected = mem_calloc(plan.ops.n, sizeof(*expected));
	results = mem_calloc(plan.ops.n, sizeof(*results));
	spoil(&plan, expected);
	for (size_t i = 0; i < plan.ops.n; i++)
		n_refused += expected[i] < 0;
	expect(apply(genl, &plan, results) == n_refused, "the refused operations are counted");
	expect(!memcmp(expected, results, plan.ops.n * sizeof(*results)),
	       "each operation has its own result");
	printf("refusals: %d of %zu operations, each with its own result\n", n_refused, plan.ops.n);
	free(expected);
	free(results);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	clear(genl);
}

static int count_answer(struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(int *)arg;
	return 0;
}

/* A receive buffer too small for the errors of one batch: said so, and the next request works. */
static void check_overrun(void)
{
	const struct ipvs_op op = {.kind = IPVS_OP_DEL_SERVICE,
				   .service.key = {.family = AF_INET, .fwmark = 7}};
	int results[GENL_BATCH_MAX], small = 1, n_answers = 0, rc = 0;
	struct genl_socket s;
	struct genl_batch batch;
	struct err err = {""};
	struct nl_msg *msg;

	genl_batch_init(&batch);
	expect(genl_socket_init(&s, &err) == 0, "%s", err.text);
	setsockopt(nl_socket_get_fd(s.sock), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	msg = genl_socket_request(&s, genl_op_command(op.kind));
	genl_encode_op(msg, &op);
	while (rc == 0)
		rc = genl_batch_add(&s, &batch, msg);
	expect(genl_batch_run(&s, &batch, results, &err) == -ENOBUFS, "the buffer is overrun");
	expect(results[GENL_BATCH_MAX - 1] == -ENOBUFS, "the last result is unknown");
	printf("overrun: %s\n", err.text);
	msg = genl_socket_request(&s, IPVS_CMD_GET_SERVICE);
	expect(genl_socket_dump(&s, msg, count_answer, &n_answers, "list", &err) == 0, "%s",
	       err.text);
	expect(n_answers == 0, "%d services", n_answers);
	genl_batch_fini(&batch);
	genl_socket_fini(&s);
}

static void run_sync_ops(struct ipvs_genl *genl, const struct sync_op *ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct err err = {""};
		int rc = ops[i].kind == SYNC_OP_START
			     ? ipvs_genl_daemon_start(genl, &ops[i].daemon, &err)
			     : ipvs_genl_daemon_stop(genl, ops[i].daemon.role, &err);

		expect(rc == 0, "sync operation %zu: %s", i, err.text);
	}
}

/* Brings the roles to conf and sees that nothing is left to do. The number of operations. */
static size_t settle_sync(struct ipvs_genl *genl, const struct conf_sync_daemon *conf)
{
	struct sync_daemon have[2];
	struct sync_op ops[SYNC_OPS_MAX];
	struct err err = {""};
	size_t n_have = 0, n;

	expect(ipvs_genl_daemons(genl, have, &n_have, &err) == 0, "list daemons: %s", err.text);
	n = sync_want(conf, have, n_have, true, ops);
	run_sync_ops(genl, ops, n);
	expect(ipvs_genl_daemons(genl, have, &n_have, &err) == 0, "list daemons: %s", err.text);
	expect(n_have == (conf->is_on ? 2 : 0), "%zu roles run", n_have);
	expect(sync_want(conf, have, n_have, true, ops) == 0, "roles are not as wanted");
	return n;
}

static void check_sync(struct ipvs_genl *genl)
{
	struct conf_sync_daemon conf = {.is_on = true, .interface = SYNC_INTERFACE, .syncid = 51};
	struct sync_daemon bad = {.role = SYNC_ROLE_MASTER, .interface = SYNC_INTERFACE};
	struct err err = {""};

	expect(settle_sync(genl, &conf) == 2, "both roles start");
	expect(ipvs_genl_daemon_start(genl, &bad, &err) == -EEXIST, "a role starts twice");
	printf("sync: %s\n", err.text);
	conf.maxlen = 500;
	conf.port = 9000;
	conf.ttl = 3;
	addr_parse("ff05::8848", &conf.group);
	expect(settle_sync(genl, &conf) == 4, "both roles restart");
	conf.maxlen = 65507;
	addr_parse("224.0.0.82", &conf.group);
	expect(settle_sync(genl, &conf) == 4, "both roles restart");
	conf.is_on = false;
	expect(settle_sync(genl, &conf) == 2, "both roles stop");
	strcpy(bad.interface, "nosuch0");
	expect(ipvs_genl_daemon_start(genl, &bad, &err) == -ENODEV,
	       "a role starts on no interface");
	printf("sync: %s\n", err.text);
	expect(ipvs_genl_daemon_stop(genl, SYNC_ROLE_MASTER, &err) == -ESRCH, "a role stops twice");
	printf("sync: %s\n", err.text);
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 300;
	unsigned n_services = argc > 2 ? (unsigned)atoi(argv[2]) : 400;
	struct ipvs_genl *genl;
	struct err err = {""};
	int rc;

	setvbuf(stdout, NULL, _IOLBF, 0);
	rc = ipvs_genl_open(&genl, &err);
	if (rc < 0) {
		printf("open: %d: %s\n", rc, err.text);
		return rc == -ENOENT ? 77 : 1;
	}
	clear(genl);
	check_sync(genl);
	check_large_table(genl, n_services);
	check_refusals(genl, n_services);
	check_overrun();
	check_random_tables(genl, rounds);
	clear(genl);
	ipvs_genl_close(genl);
	printf("genl_probe: %s\n", n_failed ? "FAILED" : "all held");
	return n_failed ? 1 : 0;
}
