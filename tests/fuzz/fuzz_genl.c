/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer: the input is a datagram as the socket would give it. Each message in it is read as
 * an answer of each kind; nothing that is accepted may be longer than its place or unprintable.
 */
#include "ipvs/genl_admin_wire.h"
#include "ipvs/genl_wire.h"

#include "base/mem.h"

#include <assert.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_message(struct nlmsghdr *nlh, struct ipvs_state *state)
{
	size_t n_before = state->n_services;
	struct sync_daemon daemon = {0};

	if (genl_decode_service(nlh, state) < 0)
		assert(state->n_services == n_before);
	if (state->n_services)
		genl_decode_dest(nlh, &state->services[state->n_services - 1]);
	if (genl_decode_daemon(nlh, &daemon) == 0)
		assert(strlen(daemon.interface) < sizeof(daemon.interface));
}

/* Counters and numbers can have any value: only reading beyond the datagram would be wrong. */
static void read_administration(struct nlmsghdr *nlh)
{
	struct ipvs_timeouts timeouts = {0};
	struct ipvs_stats stats = {0};
	struct ipvs_info info = {0};

	genl_decode_service_stats(nlh, &stats);
	genl_decode_dest_stats(nlh, &stats);
	genl_decode_info(nlh, &info);
	genl_decode_timeouts(nlh, &timeouts);
}

/* What was read is planned and printed as if it had to be made. */
static void use(struct ipvs_state *state)
{
	const struct ipvs_state none = {0};
	struct ipvs_plan plan = {0};
	FILE *out = fopen("/dev/null", "w");

	ipvs_state_sort(state);
	ipvs_plan(state, &none, NULL, 0, &plan);
	for (size_t i = 0; out && i < plan.ops.n; i++) {
		assert(strlen(plan.ops.items[i].service.scheduler) < IPVS_SCHEDULER_MAX);
		assert(strlen(plan.ops.items[i].service.pe) < IPVS_PE_MAX);
		ipvs_op_print(&plan.ops.items[i], out);
	}
	if (out)
		fclose(out);
	ipvs_plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Exactly as long as the input, so that reading beyond it is seen, and aligned. */
	uint8_t *datagram = mem_calloc(size, 1);
	struct nlmsghdr *nlh = (struct nlmsghdr *)datagram;
	struct ipvs_state state = {0};
	int left = (int)size;

	memcpy(datagram, data, size);
	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		read_message(nlh, &state);
		read_administration(nlh);
	}
	use(&state);
	ipvs_state_clear(&state);
	free(datagram);
	return 0;
}
