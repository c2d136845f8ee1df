/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The requests of family IPVS for lvsadm, an administrator's tool: any request queued into batches,
 * listings with 64-bit counters and rates in the kernel's own order, single services, connection
 * timeouts. The handle is independent of struct ipvs_genl. This file decides nothing and retries
 * nothing.
 */
#ifndef LVSD_IPVS_GENL_ADMIN_H
#define LVSD_IPVS_GENL_ADMIN_H

#include "base/err.h"
#include "base/vec.h"
#include "ipvs/genl.h"
#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "sync/want.h"

/* The handle: a netlink socket, and the requests that are queued. */
struct ipvs_admin;

/* What the kernel says of IPVS itself (IPVS_CMD_GET_INFO). */
struct ipvs_info {
	uint32_t version; /* (major << 16) + (minor << 8) + patch */
	uint32_t size;    /* buckets of the connection table */
};

/* IPVS_STATS_ATTR_*: totals since they were last set to zero, then rates per second. */
struct ipvs_stats {
	uint64_t conns, in_packets, out_packets, in_bytes, out_bytes;
	uint64_t conn_rate, in_packet_rate, out_packet_rate, in_byte_rate, out_byte_rate;
};

/* A service with its statistics. */
struct ipvs_listed_service {
	struct ipvs_service service; /* without its destinations */
	struct ipvs_stats stats;
};

/* A destination with its statistics. */
struct ipvs_listed_dest {
	struct ipvs_dest dest;
	struct ipvs_stats stats;
};

/* Begins as {0}; vec_free(&list.entries) frees it. */
struct ipvs_service_list {
	VEC(struct ipvs_listed_service) entries;
};

/* The same for the destinations of one service. */
struct ipvs_dest_list {
	VEC(struct ipvs_listed_dest) entries;
};

/* Gets the result of one queued request. The calls are in the order of the requests. index: how many
 * requests were queued before it; code: 0, or the -errno with which the kernel refused it. */
typedef void ipvs_admin_result_fn(size_t index, int code, void *arg);

/* Opens the handle. 0; -ENOENT: this kernel has no IPVS; -EPERM: no CAP_NET_ADMIN; another -errno.
 */
int ipvs_admin_open(struct ipvs_admin **ret_admin, struct err *err);
void ipvs_admin_close(struct ipvs_admin *admin);
/* Sets the function that gets the result of each request. Without one, results are dropped. */
void ipvs_admin_on_result(struct ipvs_admin *admin, ipvs_admin_result_fn *fn, void *arg);

/* Turns the statistics of listings on or off. They are off at first. While they are off they are not
 * read, and are zero. */
void ipvs_admin_count(struct ipvs_admin *admin, bool is_counted);
/* As the kernel reported it when the handle was opened. Valid until ipvs_admin_close(). */
const struct ipvs_info *ipvs_admin_info(const struct ipvs_admin *admin);

/*
 * Each of these queues one request; a full batch is sent at once. 0, or -errno with err when the
 * socket failed: then requests without an answer have that code as their result. The result of a request
 * itself goes to the function of ipvs_admin_on_result().
 */
int ipvs_admin_op(struct ipvs_admin *admin, const struct ipvs_op *op, struct err *err);
int ipvs_admin_flush(struct ipvs_admin *admin, struct err *err);
/* Sets the counters of a service to zero; key NULL: those of all services, and the sums. */
int ipvs_admin_zero(struct ipvs_admin *admin, const struct svckey *key, struct err *err);
int ipvs_admin_set_timeouts(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			    struct err *err);
int ipvs_admin_start_daemon(struct ipvs_admin *admin, const struct sync_daemon *daemon,
			    struct err *err);
int ipvs_admin_stop_daemon(struct ipvs_admin *admin, enum sync_role role, struct err *err);
/* Sends the queued requests and waits for their results. */
int ipvs_admin_run(struct ipvs_admin *admin, struct err *err);

/* Each of these sends the queued requests first, then reads. Lists are in the kernel's order. */
int ipvs_admin_services(struct ipvs_admin *admin, struct ipvs_service_list *ret_list,
			struct err *err);
/* -ESRCH: there is no such service. */
int ipvs_admin_service(struct ipvs_admin *admin, const struct svckey *key,
		       struct ipvs_listed_service *ret_service, struct err *err);
/* Reads the destinations of a service into list, whose old content is replaced. */
int ipvs_admin_dests(struct ipvs_admin *admin, const struct svckey *key,
		     struct ipvs_dest_list *list, struct err *err);
int ipvs_admin_timeouts(struct ipvs_admin *admin, struct ipvs_timeouts *ret_timeouts,
			struct err *err);
int ipvs_admin_daemons(struct ipvs_admin *admin, struct sync_daemon daemons[static 2],
		       size_t *ret_n, struct err *err);

#endif
