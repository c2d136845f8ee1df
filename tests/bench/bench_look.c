/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a look at a large table costs lvsd itself, without the kernel: answers as a dump gives them
 * are decoded, the destinations of a slice too, and the plan against what is wanted is empty.
 * Prints one line, here in two:
 *
 *	10000 services, 20000 destinations: 13.0 ms a look (5.8 list, 1.5 slice of 715,
 *	5.7 plan), 0.33 % of a CPU at 4 s
 *
 * Usage: bench_look [SERVICES] [LOOKS]
 */
#include "base/clock.h"
#include "ipvs/drift.h"
#include "ipvs/genl_wire.h"
#include "ipvs/slices.h"

#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Building the wish stands for ipvs_want(). */
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

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	long n_looks = argc > 2 ? strtol(argv[2], NULL, 10) : 60;
	struct answers services = {0}, dests = {0};
	struct ipvs_state have = {0};
	struct ipvs_owned owned = {0};
	struct costs costs = {0};
	double ms = 1e6 * (double)n_looks, total;

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
	return 0;
}
