/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a look at a large table costs lvsd itself, without the kernel: answers as a dump gives them
 * are decoded, the destinations of a slice too, and the plan against what is wanted is empty.
 * Prints one line, here in two:
 *
 *	10000 services, 20000 destinations: 13.0 ms a look (5.8 list, 1.5 slice of 715,
 *	5.7 plan), 0.33 % of a CPU at 4 s
 *
 * With the word "kernel" it then makes that table in the IPVS of this network namespace, which is
 * replaced, and looks at it as the director does, in turns with a bare look: the same requests made
 * before, the answers thrown away. tests/lab/bench_look.py runs this in the lab. There a system call and
 * the first touch of a page cost many times what they cost elsewhere, so both are counted and
 * their price is measured.
 *
 * Usage: bench_look [SERVICES] [LOOKS] [kernel]
 */
#include "base/clock.h"
#include "ipvs/drift.h"
#include "ipvs/genl.h"
#include "ipvs/genl_socket.h"
#include "ipvs/genl_wire.h"
#include "ipvs/slices.h"

#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_DESTS    2
#define INTERVAL_S 5

/* Messages as they lie in a datagram. */
struct answers {
	VEC(uint8_t) bytes;
};

static void put_stats(struct nl_msg *msg, int kind)
{
	struct nlattr *nest = nla_nest_start(msg, kind);

	for (int i = IPVS_STATS_ATTR_CONNS; i <= IPVS_STATS_ATTR_OUTBPS; i++)
		nla_put_u64(msg, i, 12345678);
	nla_nest_end(msg, nest);
}

/* A request has the layout of an answer but for the counters, which an answer has in its nest. */
static void record(struct answers *answers, const struct ipvs_op *op)
{
	bool is_dest = op->kind == IPVS_OP_ADD_DEST;
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *nest;
	uint32_t len;

	genlmsg_put(msg, 1, 1, 30, 0, NLM_F_MULTI, 1, IPVS_GENL_VERSION);
	genl_encode_op(msg, op);
	nest = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN,
			       is_dest ? IPVS_CMD_ATTR_DEST : IPVS_CMD_ATTR_SERVICE);
	/* It comes last. */
	put_stats(msg, is_dest ? IPVS_DEST_ATTR_STATS : IPVS_SVC_ATTR_STATS);
	put_stats(msg, is_dest ? IPVS_DEST_ATTR_STATS64 : IPVS_SVC_ATTR_STATS64);
	nla_nest_end(msg, nest);
	len = NLMSG_ALIGN(nlmsg_hdr(msg)->nlmsg_len);
	for (uint32_t i = 0; i < len; i++)
		*vec_push(&answers->bytes) = ((const uint8_t *)nlmsg_hdr(msg))[i];
	nlmsg_free(msg);
}

static void make_table(size_t n, struct ipvs_state *state)
{
	for (size_t i = 0; i < n; i++) {
		struct svckey key = {.family = AF_INET, .fwmark = (uint32_t)i + 1};
		struct ipvs_service *service = ipvs_state_add(state, &key);

		strcpy(service->scheduler, "wlc");
		service->netmask = UINT32_MAX;
		service->read_at = (struct mono){NS_PER_S};
		for (uint8_t j = 1; j <= N_DESTS; j++) {
			struct endpoint ep = {
			    .addr = {.family = AF_INET, .bytes = {10, 0, 0, j}}, .port = 80};

			ipvs_service_add(service, &ep)->weight = 1;
		}
	}
}

static void record_table(const struct ipvs_state *state, struct answers *list,
			 struct answers *dests)
{
	struct ipvs_op op = {0};

	for (size_t i = 0; i < state->n_services; i++) {
		op.kind = IPVS_OP_ADD_SERVICE;
		op.service = state->services[i];
		record(list, &op);
	}
	for (size_t j = 0; j < N_DESTS; j++) {
		op.kind = IPVS_OP_ADD_DEST;
		op.dest = state->services[0].dests[j];
		record(dests, &op);
	}
}

struct costs {
	int64_t list_ns, slice_ns, plan_ns;
	size_t n_read;
};

static void list(const struct answers *answers, struct ipvs_state *have,
		 const struct ipvs_owned *owned)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)answers->bytes.items;
	int left = (int)answers->bytes.n;
	struct ipvs_state fresh = {0};

	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left))
		genl_decode_service(nlh, &fresh);
	ipvs_state_sort(&fresh);
	ipvs_slices_inherit(&fresh, have, owned);
	ipvs_state_clear(have);
	*have = fresh;
}

static size_t read_slice(const struct answers *answers, struct ipvs_state *have, struct mono now)
{
	struct ipvs_slice slice = {0};
	size_t n;

	ipvs_slices_pick(have, now, ipvs_slices_gap_ns(INTERVAL_S), &slice);
	for (size_t i = 0; i < slice.at.n; i++) {
		struct ipvs_service *service = &have->services[slice.at.items[i]];
		struct nlmsghdr *nlh = (struct nlmsghdr *)answers->bytes.items;
		int left = (int)answers->bytes.n;

		service->n_dests = 0;
		for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left))
			genl_decode_dest(nlh, service);
		ipvs_service_sort(service);
		service->read_at = now;
	}
	n = slice.at.n;
	ipvs_slice_free(&slice);
	return n;
}

/* Building the wanted table stands for ipvs_want(). */
static void plan(size_t n, const struct ipvs_state *have, struct ipvs_owned *owned)
{
	struct ipvs_state want = {0};
	struct ipvs_plan plan = {0};

	make_table(n, &want);
	ipvs_owned_claim(owned, &want);
	ipvs_plan(&want, have, owned->keys.items, owned->keys.n, &plan);
	if (plan.ops.n > 0)
		printf("the plan is not empty\n");
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "bench_look: %s\n", what);
	exit(EXIT_FAILURE);
}

/* One way of looking, over all looks. */
struct way {
	int64_t best_ns;
	uint64_t n_calls;
	long n_faults;
};

struct moment {
	struct mono at;
	uint64_t n_calls;
	long n_faults;
};

static struct moment now(uint64_t n_calls)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (struct moment){clock_mono(), n_calls, usage.ru_minflt};
}

/* The quickest look counts: what disturbs only adds. */
static void add(struct way *way, const struct moment *begin, uint64_t n_calls)
{
	struct moment end = now(n_calls);
	int64_t ns = mono_sub(end.at, begin->at);

	if (way->best_ns && way->best_ns <= ns)
		return;
	*way = (struct way){ns, end.n_calls - begin->n_calls, end.n_faults - begin->n_faults};
}

static uint64_t genl_calls(const struct ipvs_genl *genl)
{
	struct ipvs_genl_counters counters;

	ipvs_genl_counters(genl, &counters);
	return counters.sends + counters.receives;
}

/* As read_in_part() of the director, and the plan that follows. */
static void look(struct ipvs_genl *genl, struct ipvs_state *have, struct ipvs_owned *owned,
		 struct mono at)
{
	struct ipvs_slice slice = {0};
	struct ipvs_state fresh = {0};

	if (ipvs_genl_services(genl, &fresh, NULL) < 0)
		fail("the services cannot be read");
	ipvs_slices_inherit(&fresh, have, owned);
	ipvs_slices_pick(&fresh, at, ipvs_slices_gap_ns(INTERVAL_S), &slice);
	for (size_t i = 0; i < slice.at.n; i++) {
		struct ipvs_service *service = &fresh.services[slice.at.items[i]];

		if (ipvs_genl_dests(genl, service, NULL) < 0)
			fail("destinations cannot be read");
		service->read_at = at;
	}
	ipvs_slice_free(&slice);
	ipvs_state_clear(have);
	*have = fresh;
	plan(have->n_services, have, owned);
}

static int ignore(struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	return 0;
}

struct requests {
	VEC(struct nl_msg *) list;
};

static void prepare(struct genl_socket *s, const struct ipvs_state *have, size_t n_read,
		    struct requests *requests)
{
	struct nl_msg *msg = genl_socket_request(s, IPVS_CMD_GET_SERVICE);

	*vec_push(&requests->list) = nlmsg_convert(nlmsg_hdr(msg));
	for (size_t i = 0; i < n_read; i++) {
		msg = genl_socket_request(s, IPVS_CMD_GET_DEST);
		genl_encode_service_key(msg, &have->services[i].key);
		*vec_push(&requests->list) = nlmsg_convert(nlmsg_hdr(msg));
	}
}

static void look_bare(struct genl_socket *s, const struct requests *requests)
{
	for (size_t i = 0; i < requests->list.n; i++)
		if (genl_socket_dump(s, requests->list.items[i], ignore, NULL, "dump", NULL) < 0)
			fail("a dump failed");
}

static double call_us(void)
{
	struct mono begin = clock_mono();

	for (int i = 0; i < 2000; i++)
		syscall(SYS_getppid);
	return (double)mono_sub(clock_mono(), begin) / 1e3 / 2000;
}

static double fault_us(void)
{
	const size_t n = 1000, page = 4096;
	volatile char *memory = mmap(NULL, n * page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mono begin = clock_mono();
	double us;

	if (memory == MAP_FAILED)
		fail("no memory");
	for (size_t i = 0; i < n; i++)
		memory[i * page] = 1;
	us = (double)mono_sub(clock_mono(), begin) / 1e3 / (double)n;
	munmap((void *)memory, n * page);
	return us;
}

static void conclude(const struct way *ours, const struct way *bare)
{
	double ms = (double)ours->best_ns / 1e6, bare_ms = (double)bare->best_ns / 1e6;
	double call = call_us(), fault = fault_us();
	double price = ((double)ours->n_calls * call + (double)ours->n_faults * fault) / 1e3;

	printf("with this kernel: %.1f ms a look, %.2f %% of a CPU at 4 s; %.1f ms a bare look: %.2f "
	       "times\n",
	       ms, ms / 40, bare_ms, ms / bare_ms);
	printf("%lu system calls of %.2f us, %ld new pages of %.2f us: without these %.1f ms a look, "
	       "%.2f %% of a CPU\n",
	       (unsigned long)ours->n_calls, call, ours->n_faults, fault, ms - price,
	       (ms - price) / 40);
}

static void make_in_kernel(struct ipvs_genl *genl, size_t n, struct ipvs_state *have)
{
	struct ipvs_plan all = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_state want = {0};
	struct err err = {"the table was refused"};

	make_table(n, &want);
	if (ipvs_genl_dump(genl, have, NULL) < 0)
		fail("the table cannot be read");
	ipvs_owned_claim(&owned, have);
	ipvs_plan(&want, have, owned.keys.items, owned.keys.n, &all);
	if (ipvs_genl_apply(genl, &all, NULL, &err) != 0)
		fail(err.text);
	ipvs_state_clear(have);
	*have = want;
	ipvs_plan_free(&all);
	ipvs_owned_free(&owned);
}

static void look_at_kernel(size_t n, long n_looks, size_t n_read)
{
	struct way ours = {0}, bare = {0};
	struct genl_socket socket;
	struct ipvs_state have = {0};
	struct ipvs_owned owned = {0};
	struct requests requests = {0};
	struct ipvs_genl *genl;

	if (ipvs_genl_open(&genl, NULL) < 0 || genl_socket_init(&socket, NULL) < 0)
		fail("no IPVS here");
	make_in_kernel(genl, n, &have);
	ipvs_owned_claim(&owned, &have);
	prepare(&socket, &have, n_read, &requests);
	for (long i = 1; i <= n_looks; i++) {
		struct mono at = {NS_PER_S + i * ipvs_slices_gap_ns(INTERVAL_S)};
		struct moment begin = now(genl_calls(genl));

		look(genl, &have, &owned, at);
		add(&ours, &begin, genl_calls(genl));
		begin = now(socket.n_sends + socket.n_receives);
		look_bare(&socket, &requests);
		add(&bare, &begin, socket.n_sends + socket.n_receives);
	}
	conclude(&ours, &bare);
	for (size_t i = 0; i < requests.list.n; i++)
		nlmsg_free(requests.list.items[i]);
	vec_free(&requests.list);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&have);
	genl_socket_fini(&socket);
	ipvs_genl_close(genl);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	long n_looks = argc > 2 ? strtol(argv[2], NULL, 10) : 60;
	struct answers services = {0}, dests = {0};
	struct ipvs_state have = {0};
	struct ipvs_owned owned = {0};
	struct costs costs = {0};
	double ms = 1e6 * (double)n_looks, total;

	mem_keep_freed(); /* as the director */
	make_table(n, &have);
	ipvs_owned_claim(&owned, &have);
	record_table(&have, &services, &dests);
	for (long i = 1; i <= n_looks; i++) {
		struct mono at = {NS_PER_S + i * ipvs_slices_gap_ns(INTERVAL_S)};
		struct mono begin = clock_mono(), listed, sliced;

		list(&services, &have, &owned);
		listed = clock_mono();
		costs.n_read = read_slice(&dests, &have, at);
		sliced = clock_mono();
		plan(n, &have, &owned);
		costs.list_ns += mono_sub(listed, begin);
		costs.slice_ns += mono_sub(sliced, listed);
		costs.plan_ns += mono_sub(clock_mono(), sliced);
	}
	total = (double)(costs.list_ns + costs.slice_ns + costs.plan_ns) / ms;
	printf("%zu services, %zu destinations: %.1f ms a look (%.1f list, %.1f slice of %zu, %.1f "
	       "plan), %.2f %% of a CPU at 4 s\n",
	       n, n * N_DESTS, total, (double)costs.list_ns / ms, (double)costs.slice_ns / ms,
	       costs.n_read, (double)costs.plan_ns / ms, total / 40);
	vec_free(&services.bytes);
	vec_free(&dests.bytes);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&have);
	if (argc > 3)
		look_at_kernel(n, n_looks, costs.n_read);
	return 0;
}
