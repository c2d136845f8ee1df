/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl.h"

#include "base/mem.h"
#include "ipvs/genl_socket.h"
#include "ipvs/genl_wire.h"

#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/msg.h>
#include <stdlib.h>

struct ipvs_genl {
	struct genl_socket socket;
	struct genl_batch batch;
};

static int ignore_answer(struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	return 0;
}

/* Any process may ask for the number of the family. A real request shows whether this process may
 * use the family. */
static int check_permission(struct genl_socket *s, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(s, IPVS_CMD_GET_DAEMON);
	int rc = genl_socket_dump(s, msg, ignore_answer, NULL, "open IPVS", err);

	if (rc == -EPERM)
		return err_set(err, rc, "not permitted to change IPVS: CAP_NET_ADMIN is needed");
	return rc;
}

int ipvs_genl_open(struct ipvs_genl **ret_genl, struct err *err)
{
	struct ipvs_genl *genl = mem_calloc(1, sizeof(*genl));
	int rc = genl_socket_init(&genl->socket, err);

	genl_batch_init(&genl->batch);
	if (rc == 0)
		rc = check_permission(&genl->socket, err);
	if (rc < 0) {
		ipvs_genl_close(genl);
		return rc;
	}
	*ret_genl = genl;
	return 0;
}

void ipvs_genl_close(struct ipvs_genl *genl)
{
	if (!genl)
		return;
	genl_socket_fini(&genl->socket);
	genl_batch_fini(&genl->batch);
	free(genl);
}

void ipvs_genl_counters(const struct ipvs_genl *genl, struct ipvs_genl_counters *ret_counters)
{
	*ret_counters = (struct ipvs_genl_counters){
	    .messages = genl->socket.n_messages,
	    .sends = genl->socket.n_sends,
	    .receives = genl->socket.n_receives,
	};
}

static int on_service(struct nlmsghdr *nlh, void *arg)
{
	return genl_decode_service(nlh, arg);
}

static int on_dest(struct nlmsghdr *nlh, void *arg)
{
	return genl_decode_dest(nlh, arg);
}

static int dump_dests(struct genl_socket *s, struct ipvs_service *service, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(s, IPVS_CMD_GET_DEST);
	char vs[SVCKEY_TEXT_MAX];
	int rc;

	genl_encode_service_key(msg, &service->key);
	rc = genl_socket_dump(s, msg, on_dest, service, "list the destinations", err);
	return rc < 0 ? err_wrap(err, rc, "vs=%s", svckey_format(&service->key, vs)) : 0;
}

int ipvs_genl_services(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&genl->socket, IPVS_CMD_GET_SERVICE);
	struct ipvs_state state = {0};
	int rc = genl_socket_dump(&genl->socket, msg, on_service, &state, "list the services", err);

	if (rc < 0) {
		ipvs_state_clear(&state);
		return rc;
	}
	/* Sorting drops a service that the dump showed twice: it must not be read twice. */
	ipvs_state_sort(&state);
	*ret_state = state;
	return 0;
}

int ipvs_genl_dests(struct ipvs_genl *genl, struct ipvs_service *service, struct err *err)
{
	struct ipvs_service fresh = *service;
	int rc;

	fresh.dests = NULL;
	fresh.n_dests = fresh.cap_dests = 0;
	rc = dump_dests(&genl->socket, &fresh, err);
	if (rc < 0) {
		free(fresh.dests);
		return rc;
	}
	ipvs_service_sort(&fresh);
	free(service->dests);
	*service = fresh;
	return 0;
}

int ipvs_genl_dump(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	struct ipvs_state state = {0};
	int rc = ipvs_genl_services(genl, &state, err);

	for (size_t i = 0; rc == 0 && i < state.n_services; i++)
		rc = ipvs_genl_dests(genl, &state.services[i], err);
	if (rc < 0) {
		ipvs_state_clear(&state);
		return rc;
	}
	*ret_state = state;
	return 0;
}

int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key,
			 struct ipvs_state *ret_state, struct err *err)
{
	struct ipvs_state state = {0};
	int rc = ipvs_genl_dests(genl, ipvs_state_add(&state, key), err);

	if (rc < 0)
		ipvs_state_clear(&state);
	else
		*ret_state = state;
	return rc;
}

/* Fills the batch with the first operations of ops. Returns how many went into it, at least one. */
static size_t fill_batch(struct ipvs_genl *genl, const struct ipvs_op *ops, size_t n)
{
	size_t taken;

	for (taken = 0; taken < n; taken++) {
		const struct ipvs_op *op = &ops[taken];
		struct nl_msg *msg = genl_socket_request(&genl->socket, genl_op_command(op->kind));
		int rc;

		genl_encode_op(msg, op);
		rc = genl_batch_add(&genl->socket, &genl->batch, msg);
		if (rc < 0)
			break;
	}
	return taken;
}

int ipvs_genl_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results,
		    struct err *err)
{
	const struct ipvs_op *ops = plan->ops.items;
	size_t n = plan->ops.n, done = 0;
	int n_failed = 0, rc = 0;

	while (done < n && rc == 0) {
		int codes[GENL_BATCH_MAX];
		size_t n_batch = fill_batch(genl, ops + done, n - done);

		rc = genl_batch_run(&genl->socket, &genl->batch, codes, err);
		for (size_t i = 0; i < n_batch; i++) {
			if (results)
				results[done + i] = codes[i];
			if (rc == 0 && codes[i] < 0 && n_failed++ == 0)
				ipvs_op_explain(&ops[done + i], codes[i], err);
		}
		done += n_batch;
	}
	for (; results && done < n; done++)
		results[done] = rc;
	return rc < 0 ? rc : n_failed;
}

struct daemon_list {
	struct sync_daemon daemons[2];
	size_t n;
};

static int on_daemon(struct nlmsghdr *nlh, void *arg)
{
	struct daemon_list *list = arg;

	if (list->n == sizeof(list->daemons) / sizeof(list->daemons[0]))
		return -EBADMSG;
	if (genl_decode_daemon(nlh, &list->daemons[list->n]) < 0)
		return -EBADMSG;
	list->n++;
	return 0;
}

int ipvs_genl_daemons(struct ipvs_genl *genl, struct sync_daemon daemons[static 2], size_t *ret_n,
		      struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&genl->socket, IPVS_CMD_GET_DAEMON);
	struct daemon_list list = {0};
	int rc =
	    genl_socket_dump(&genl->socket, msg, on_daemon, &list, "list the sync daemons", err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < list.n; i++)
		daemons[i] = list.daemons[i];
	*ret_n = list.n;
	return 0;
}

/* Sends one request and returns its result. */
static int run_single(struct ipvs_genl *genl, struct nl_msg *msg, bool *ret_is_refused,
		      struct err *err)
{
	int code = 0, rc;

	rc = genl_batch_add(&genl->socket, &genl->batch, msg);
	if (rc == 0)
		rc = genl_batch_run(&genl->socket, &genl->batch, &code, err);
	*ret_is_refused = rc == 0 && code < 0;
	return rc < 0 ? rc : code;
}

static const char *start_cause(int code)
{
	switch (code) {
	case -EEXIST:
		return "one is already running";
	case -ENODEV:
		return "there is no such interface, or it does no multicast";
	case -EPERM:
		return "not permitted to change IPVS: CAP_NET_ADMIN is needed";
	case -EINVAL:
		return "the kernel refuses its parameters, or a service has a real server of the "
		       "other address family, which cannot be synchronized";
	}
	return err_errno(code);
}

int ipvs_genl_daemon_start(struct ipvs_genl *genl, const struct sync_daemon *daemon,
			   struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&genl->socket, IPVS_CMD_NEW_DAEMON);
	bool is_refused;
	int rc;

	genl_encode_daemon(msg, daemon);
	rc = run_single(genl, msg, &is_refused, err);
	if (is_refused)
		err_set(err, rc, "start sync daemon role=%s interface=%s syncid=%u: %s",
			sync_role_name(daemon->role), daemon->interface, daemon->syncid,
			start_cause(rc));
	return rc;
}

int ipvs_genl_daemon_stop(struct ipvs_genl *genl, enum sync_role role, struct err *err)
{
	struct nl_msg *msg = genl_socket_request(&genl->socket, IPVS_CMD_DEL_DAEMON);
	bool is_refused;
	int rc;

	genl_encode_daemon_role(msg, role);
	rc = run_single(genl, msg, &is_refused, err);
	if (is_refused)
		err_set(err, rc, "stop sync daemon role=%s: %s", sync_role_name(role),
			rc == -ESRCH ? "none is running" : err_errno(rc));
	return rc;
}
