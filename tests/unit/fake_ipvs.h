/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel with an IPVS table, in the place of ipvs/genl.c and ipvs/genl_admin.c. */
#ifndef LVSD_TESTS_UNIT_FAKE_IPVS_H
#define LVSD_TESTS_UNIT_FAKE_IPVS_H

#include "ipvs/genl_admin.h"

/* So many requests of an administrator's tool are told of together. */
#define FAKE_IPVS_BATCH 4

struct fake_ipvs {
	struct ipvs_state table;
	struct ipvs_timeouts timeouts;
	struct ipvs_stats stats; /* of each service and each real server */
	struct sync_daemon daemons[2];
	size_t n_daemons;
	int open_code;  /* what opening it gives; -ENOENT: a kernel without IPVS */
	int dump_code;  /* what reading the table gives; 0: it can be read */
	int apply_code; /* what the socket gives for a batch */
	/* What one operation gives that is carried out else; NULL: 0. */
	int (*refuse)(const struct ipvs_op *op);
	size_t n_dumps, n_lists, n_requests; /* whole readings, lists of services, operations */
};
extern struct fake_ipvs fake_ipvs;

/* An empty table that takes everything. */
void fake_ipvs_clear(void);

#endif
