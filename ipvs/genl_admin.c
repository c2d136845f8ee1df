/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_admin.h"

#include "base/mem.h"
#include "ipvs/genl_admin_wire.h"
#include "ipvs/genl_socket.h"
#include "ipvs/genl_wire.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/msg.h>
#include <stdlib.h>

struct ipvs_admin {
	struct genl_socket socket;
	struct genl_batch batch;
	size_t n_done; /* requests whose result was reported */
	bool is_counted;
	struct ipvs_info info;
	ipvs_admin_result_fn *on_result;
	void *arg;
};

static int on_info(struct nlmsghdr *nlh, void *arg)
{
	return genl_decode_info(nlh, arg);
}

/* Any process may ask for the number of the family. This first request shows whether this process
 * may use the family. */
static int read_info(struct ipvs_admin *admin, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_INFO);
	int rc = genl_socket_get(&admin->socket, msg, on_info, &admin->info, "open IPVS", err);

	return rc;
}

int ipvs_admin_open(struct ipvs_admin **ret_admin, struct err *err)
{
	struct ipvs_admin *admin = mem_calloc(1, sizeof(*admin));
	int rc = genl_socket_init(&admin->socket, err);

	genl_batch_init(&admin->batch);
	if (rc == 0)
		rc = read_info(admin, err);
	if (rc < 0) {
		ipvs_admin_close(admin);
		return rc;
	}
	*ret_admin = admin;
	return 0;
}

void ipvs_admin_close(struct ipvs_admin *admin)
{
	if (!admin)
		return;
	genl_socket_fini(&admin->socket);
	genl_batch_fini(&admin->batch);
	free(admin);
}

void ipvs_admin_on_result(struct ipvs_admin *admin, ipvs_admin_result_fn *fn, void *arg)
{
	admin->on_result = fn;
	admin->arg = arg;
}

void ipvs_admin_count(struct ipvs_admin *admin, bool is_counted)
{
	admin->is_counted = is_counted;
}

const struct ipvs_info *ipvs_admin_info(const struct ipvs_admin *admin)
{
	return &admin->info;
}

int ipvs_admin_run(struct ipvs_admin *admin, struct err *err)
{
	int codes[GENL_BATCH_MAX];
	size_t n = admin->batch.n;
	int rc = genl_batch_run(&admin->socket, &admin->batch, codes, err);

	for (size_t i = 0; i < n && admin->on_result; i++)
		admin->on_result(admin->n_done + i, codes[i], admin->arg);
	admin->n_done += n;
	return rc;
}

/* Queues a request; msg is taken over. */
static int queue(struct ipvs_admin *admin, struct nl_msg *msg, struct err *err)
{
	int rc = 0;

	if (genl_batch_add(&admin->socket, &admin->batch, msg) < 0) {
		rc = ipvs_admin_run(admin, err);
		genl_batch_add(&admin->socket, &admin->batch, msg);
	}
	return rc;
}

int ipvs_admin_op(struct ipvs_admin *admin, const struct ipvs_op *op, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, genl_op_command(op->kind));

	genl_encode_op(msg, op);
	return queue(admin, msg, err);
}

int ipvs_admin_flush(struct ipvs_admin *admin, struct err *err)
{
	return queue(admin, genl_socket_request(&admin->socket, IPVS_CMD_FLUSH), err);
}

int ipvs_admin_zero(struct ipvs_admin *admin, const struct svckey *key, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, IPVS_CMD_ZERO);

	if (key)
		genl_encode_service_key(msg, key);
	return queue(admin, msg, err);
}

int ipvs_admin_set_timeouts(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			    struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, IPVS_CMD_SET_CONFIG);

	genl_encode_timeouts(msg, timeouts);
	return queue(admin, msg, err);
}

int ipvs_admin_start_daemon(struct ipvs_admin *admin, const struct sync_daemon *daemon,
			    struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, IPVS_CMD_NEW_DAEMON);

	genl_encode_daemon(msg, daemon);
	return queue(admin, msg, err);
}

int ipvs_admin_stop_daemon(struct ipvs_admin *admin, enum sync_role role, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&admin->socket, IPVS_CMD_DEL_DAEMON);

	genl_encode_daemon_role(msg, role);
	return queue(admin, msg, err);
}

/* Collects the services of a dump. The decoder appends to a table, which has room for one here. */
struct service_sink {
	bool is_counted;
	struct ipvs_state table;
	struct ipvs_service_list list;
};

static int on_listed_service(struct nlmsghdr *nlh, void *arg)
{
	struct service_sink *sink = arg;
	struct ipvs_listed_service listed = {0};
	int rc;

	sink->table.n_services = 0;
	rc = genl_decode_service(nlh, &sink->table);
	if (rc == 0 && sink->is_counted)
		rc = genl_decode_service_stats(nlh, &listed.stats);
	if (rc < 0)
		return rc;
	listed.service = sink->table.services[0];
	*vec_push(&sink->list.entries) = listed;
	return 0;
}

int ipvs_admin_services(struct ipvs_admin *admin, struct ipvs_service_list *ret_list,
			struct err *err)
{
	struct service_sink sink = {.is_counted = admin->is_counted};
	struct nl_msg *msg;
	int rc = ipvs_admin_run(admin, err);

	if (rc < 0)
		return rc;
	msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_SERVICE);
	rc = genl_socket_dump(&admin->socket, msg, on_listed_service, &sink, "list the services",
			      err);
	free(sink.table.services);
	if (rc < 0)
		vec_free(&sink.list.entries);
	else
		*ret_list = sink.list;
	return rc;
}

int ipvs_admin_service(struct ipvs_admin *admin, const struct svckey *key,
		       struct ipvs_listed_service *ret_service, struct err *err)
{
	struct service_sink sink = {.is_counted = admin->is_counted};
	char vs[SVCKEY_TEXT_MAX], what[SVCKEY_TEXT_MAX + 16];
	struct nl_msg *msg;
	int rc = ipvs_admin_run(admin, err);

	if (rc < 0)
		return rc;
	snprintf(what, sizeof(what), "list vs=%s", svckey_format(key, vs));
	msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_SERVICE);
	genl_encode_service_key(msg, key);
	rc = genl_socket_get(&admin->socket, msg, on_listed_service, &sink, what, err);
	if (rc == 0 && !sink.list.entries.n)
		rc = err_set(err, -EBADMSG, "%s: the kernel's answer is malformed", what);
	if (rc == 0)
		*ret_service = sink.list.entries.items[0];
	free(sink.table.services);
	vec_free(&sink.list.entries);
	return rc;
}

/* Collects the destinations of a dump. Each is decoded into a table that has room for one. */
struct dest_sink {
	bool is_counted;
	struct ipvs_service table;
	struct ipvs_dest_list *list;
};

static int on_listed_dest(struct nlmsghdr *nlh, void *arg)
{
	struct dest_sink *sink = arg;
	struct ipvs_listed_dest listed = {0};
	int rc;

	sink->table.n_dests = 0;
	rc = genl_decode_dest(nlh, &sink->table);
	if (rc == 0 && sink->is_counted)
		rc = genl_decode_dest_stats(nlh, &listed.stats);
	if (rc < 0)
		return rc;
	listed.dest = sink->table.dests[0];
	*vec_push(&sink->list->entries) = listed;
	return 0;
}

int ipvs_admin_dests(struct ipvs_admin *admin, const struct svckey *key,
		     struct ipvs_dest_list *list, struct err *err)
{
	struct dest_sink sink = {
	    .is_counted = admin->is_counted, .table.key = *key, .list = list};
	char vs[SVCKEY_TEXT_MAX];
	struct nl_msg *msg;
	int rc = ipvs_admin_run(admin, err);

	vec_clear(&list->entries);
	if (rc < 0)
		return rc;
	msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_DEST);
	genl_encode_service_key(msg, key);
	rc = genl_socket_dump(&admin->socket, msg, on_listed_dest, &sink, "list the destinations",
			      err);
	free(sink.table.dests);
	return rc < 0 ? err_wrap(err, rc, "vs=%s", svckey_format(key, vs)) : 0;
}

static int on_timeouts(struct nlmsghdr *nlh, void *arg)
{
	return genl_decode_timeouts(nlh, arg);
}

int ipvs_admin_timeouts(struct ipvs_admin *admin, struct ipvs_timeouts *ret_timeouts,
			struct err *err)
{
	struct nl_msg *msg;
	int rc = ipvs_admin_run(admin, err);

	if (rc < 0)
		return rc;
	msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_CONFIG);
	rc = genl_socket_get(&admin->socket, msg, on_timeouts, ret_timeouts, "read the timeouts",
			     err);
	return rc;
}

struct daemon_list {
	struct sync_daemon daemons[2];
	size_t n;
};

static int on_daemon(struct nlmsghdr *nlh, void *arg)
{
	struct daemon_list *list = arg;

	if (list->n == 2 || genl_decode_daemon(nlh, &list->daemons[list->n]) < 0)
		return -EBADMSG;
	list->n++;
	return 0;
}

int ipvs_admin_daemons(struct ipvs_admin *admin, struct sync_daemon daemons[static 2],
		       size_t *ret_n, struct err *err)
{
	struct daemon_list list = {0};
	struct nl_msg *msg;
	int rc = ipvs_admin_run(admin, err);

	if (rc < 0)
		return rc;
	msg = genl_socket_request(&admin->socket, IPVS_CMD_GET_DAEMON);
	rc = genl_socket_dump(&admin->socket, msg, on_daemon, &list, "list the sync daemons", err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < list.n; i++)
		daemons[i] = list.daemons[i];
	*ret_n = list.n;
	return 0;
}
