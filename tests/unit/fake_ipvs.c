/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fake_ipvs.h"
#include "tests/unit/test_ipvs_random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fake_ipvs fake_ipvs;

/* Nothing is in them: there is one kernel. */
struct ipvs_genl {
	int unused;
};
struct ipvs_admin {
	ipvs_admin_result_fn *fn;
	void *arg;
	int codes[FAKE_IPVS_BATCH]; /* of the requests of a batch, which are told when it is full */
	size_t n_codes, n_told;
	bool is_counted;
};

void fake_ipvs_clear(void)
{
	ipvs_state_clear(&fake_ipvs.table);
	fake_ipvs = (struct fake_ipvs){.timeouts = {900, 120, 300}};
}

int ipvs_genl_open(struct ipvs_genl **ret_genl, struct err *err)
{
	if (fake_ipvs.open_code)
		return err_set(err, fake_ipvs.open_code, "there is no IPVS");
	*ret_genl = mem_calloc(1, sizeof(**ret_genl));
	return 0;
}

void ipvs_genl_close(struct ipvs_genl *genl)
{
	free(genl);
}

static int unreadable(struct err *err)
{
	return err_set(err, fake_ipvs.dump_code, "the table cannot be read");
}

int ipvs_genl_dump(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	(void)genl;
	fake_ipvs.n_dumps++;
	if (fake_ipvs.dump_code)
		return unreadable(err);
	state_copy(&fake_ipvs.table, ret_state);
	return 0;
}

int ipvs_genl_services(struct ipvs_genl *genl, struct ipvs_state *ret_state, struct err *err)
{
	(void)genl;
	fake_ipvs.n_lists++;
	if (fake_ipvs.dump_code)
		return unreadable(err);
	state_copy(&fake_ipvs.table, ret_state);
	for (size_t i = 0; i < ret_state->n_services; i++) {
		free(ret_state->services[i].dests);
		ret_state->services[i].dests = NULL;
		ret_state->services[i].n_dests = ret_state->services[i].cap_dests = 0;
	}
	return 0;
}

static void copy_dests(const struct svckey *key, struct ipvs_service *to)
{
	const struct ipvs_service *from = ipvs_state_find(&fake_ipvs.table, key);

	for (size_t i = 0; from && i < from->n_dests; i++)
		*ipvs_service_add(to, &from->dests[i].ep) = from->dests[i];
}

int ipvs_genl_dests(struct ipvs_genl *genl, struct ipvs_service *service, struct err *err)
{
	(void)genl;
	if (fake_ipvs.dump_code)
		return unreadable(err);
	service->n_dests = 0;
	copy_dests(&service->key, service);
	return 0;
}

int ipvs_genl_dump_dests(struct ipvs_genl *genl, const struct svckey *key,
			 struct ipvs_state *ret_state, struct err *err)
{
	(void)genl;
	if (fake_ipvs.dump_code)
		return unreadable(err);
	copy_dests(key, ipvs_state_add(ret_state, key));
	return 0;
}

int ipvs_genl_apply(struct ipvs_genl *genl, const struct ipvs_plan *plan, int *results,
		    struct err *err)
{
	int n_failed = 0;

	(void)genl;
	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct ipvs_op *op = &plan->ops.items[i];
		int code = fake_ipvs.apply_code;

		fake_ipvs.n_requests++;
		if (!code && fake_ipvs.refuse)
			code = fake_ipvs.refuse(op);
		if (!code)
			code = ipvs_op_apply(op, &fake_ipvs.table);
		n_failed += code < 0;
		if (results)
			results[i] = code;
	}
	return fake_ipvs.apply_code ? err_set(err, fake_ipvs.apply_code, "the socket is gone")
				    : n_failed;
}

int ipvs_admin_open(struct ipvs_admin **ret_admin, struct err *err)
{
	if (fake_ipvs.open_code)
		return err_set(err, fake_ipvs.open_code, "there is no IPVS");
	*ret_admin = mem_calloc(1, sizeof(**ret_admin));
	return 0;
}

void ipvs_admin_close(struct ipvs_admin *admin)
{
	free(admin);
}

void ipvs_admin_on_result(struct ipvs_admin *admin, ipvs_admin_result_fn *fn, void *arg)
{
	*admin = (struct ipvs_admin){.fn = fn, .arg = arg, .is_counted = admin->is_counted};
}

void ipvs_admin_count(struct ipvs_admin *admin, bool is_counted)
{
	admin->is_counted = is_counted;
}

const struct ipvs_info *ipvs_admin_info(const struct ipvs_admin *admin)
{
	static const struct ipvs_info info = {0x10201, 4096};

	(void)admin;
	return &info;
}

int ipvs_admin_run(struct ipvs_admin *admin, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < admin->n_codes; i++)
		if (admin->fn)
			admin->fn(admin->n_told++, admin->codes[i], admin->arg);
	admin->n_codes = 0;
	return 0;
}

/* What a request came to is told with its batch. */
static int queued(struct ipvs_admin *admin, int code, struct err *err)
{
	fake_ipvs.n_requests++;
	admin->codes[admin->n_codes++] = code;
	return admin->n_codes == FAKE_IPVS_BATCH ? ipvs_admin_run(admin, err) : 0;
}

int ipvs_admin_op(struct ipvs_admin *admin, const struct ipvs_op *op, struct err *err)
{
	int code = fake_ipvs.refuse ? fake_ipvs.refuse(op) : 0;

	return queued(admin, code ? code : ipvs_op_apply(op, &fake_ipvs.table), err);
}

int ipvs_admin_flush(struct ipvs_admin *admin, struct err *err)
{
	ipvs_state_clear(&fake_ipvs.table);
	return queued(admin, 0, err);
}

int ipvs_admin_zero(struct ipvs_admin *admin, const struct svckey *key, struct err *err)
{
	if (key && !ipvs_state_find(&fake_ipvs.table, key))
		return queued(admin, -ESRCH, err);
	fake_ipvs.stats = (struct ipvs_stats){0};
	return queued(admin, 0, err);
}

int ipvs_admin_set_timeouts(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			    struct err *err)
{
	struct ipvs_timeouts *now = &fake_ipvs.timeouts;

	now->tcp = timeouts->tcp ? timeouts->tcp : now->tcp;
	now->tcp_fin = timeouts->tcp_fin ? timeouts->tcp_fin : now->tcp_fin;
	now->udp = timeouts->udp ? timeouts->udp : now->udp;
	return queued(admin, 0, err);
}

static struct sync_daemon *daemon_of(enum sync_role role)
{
	for (size_t i = 0; i < fake_ipvs.n_daemons; i++)
		if (fake_ipvs.daemons[i].role == role)
			return &fake_ipvs.daemons[i];
	return NULL;
}

/* Connections of such a service cannot be told. */
static bool has_mixed_pool(void)
{
	for (size_t i = 0; i < fake_ipvs.table.n_services; i++) {
		const struct ipvs_service *service = &fake_ipvs.table.services[i];

		for (size_t j = 0; j < service->n_dests; j++)
			if (service->dests[j].ep.addr.family != service->key.family)
				return true;
	}
	return false;
}

/* With the kernel's defaults, on an interface with an MTU of 1500. */
static struct sync_daemon completed(const struct sync_daemon *daemon)
{
	struct sync_daemon now = *daemon;

	if (now.group.family == AF_UNSPEC)
		addr_parse("224.0.0.81", &now.group);
	now.port = now.port ? now.port : 8848;
	now.ttl = now.ttl ? now.ttl : 1;
	now.maxlen = !now.maxlen ? 1472 : now.maxlen < 1024 ? 1024 : now.maxlen;
	return now;
}

int ipvs_admin_start_daemon(struct ipvs_admin *admin, const struct sync_daemon *daemon,
			    struct err *err)
{
	if (!strcmp(daemon->interface, "nosuch0"))
		return queued(admin, -ENODEV, err);
	if (daemon_of(daemon->role))
		return queued(admin, -EEXIST, err);
	if (has_mixed_pool())
		return queued(admin, -EINVAL, err);
	fake_ipvs.daemons[fake_ipvs.n_daemons++] = completed(daemon);
	return queued(admin, 0, err);
}

int ipvs_admin_stop_daemon(struct ipvs_admin *admin, enum sync_role role, struct err *err)
{
	struct sync_daemon *daemon = daemon_of(role);

	if (!daemon)
		return queued(admin, -ESRCH, err);
	*daemon = fake_ipvs.daemons[--fake_ipvs.n_daemons];
	return queued(admin, 0, err);
}

/* With destinations of no memory of their own, and the same counters for all. */
static struct ipvs_listed_service listed(const struct ipvs_admin *admin,
					 const struct ipvs_service *service)
{
	struct ipvs_listed_service entry = {.service = *service};

	entry.service.dests = NULL;
	entry.service.n_dests = entry.service.cap_dests = 0;
	if (admin->is_counted)
		entry.stats = fake_ipvs.stats;
	return entry;
}

int ipvs_admin_services(struct ipvs_admin *admin, struct ipvs_service_list *ret_list,
			struct err *err)
{
	ipvs_admin_run(admin, err);
	if (fake_ipvs.dump_code)
		return unreadable(err);
	for (size_t i = 0; i < fake_ipvs.table.n_services; i++)
		*vec_push(&ret_list->entries) = listed(admin, &fake_ipvs.table.services[i]);
	return 0;
}

int ipvs_admin_service(struct ipvs_admin *admin, const struct svckey *key,
		       struct ipvs_listed_service *ret_service, struct err *err)
{
	const struct ipvs_service *service = ipvs_state_find(&fake_ipvs.table, key);

	ipvs_admin_run(admin, err);
	if (fake_ipvs.dump_code)
		return unreadable(err);
	if (!service)
		return err_set(err, -ESRCH, "there is no such service");
	*ret_service = listed(admin, service);
	return 0;
}

int ipvs_admin_dests(struct ipvs_admin *admin, const struct svckey *key,
		     struct ipvs_dest_list *list, struct err *err)
{
	const struct ipvs_service *service = ipvs_state_find(&fake_ipvs.table, key);

	ipvs_admin_run(admin, err);
	vec_clear(&list->entries);
	if (!service)
		return err_set(err, -ESRCH, "there is no such service");
	for (size_t i = 0; i < service->n_dests; i++)
		*vec_push(&list->entries) = (struct ipvs_listed_dest){
		    service->dests[i],
		    admin->is_counted ? fake_ipvs.stats : (struct ipvs_stats){0}};
	return 0;
}

int ipvs_admin_timeouts(struct ipvs_admin *admin, struct ipvs_timeouts *ret_timeouts,
			struct err *err)
{
	ipvs_admin_run(admin, err);
	*ret_timeouts = fake_ipvs.timeouts;
	return 0;
}

int ipvs_admin_daemons(struct ipvs_admin *admin, struct sync_daemon daemons[static 2],
		       size_t *ret_n, struct err *err)
{
	ipvs_admin_run(admin, err);
	*ret_n = fake_ipvs.n_daemons;
	for (size_t i = 0; i < *ret_n; i++)
		daemons[i] = fake_ipvs.daemons[i];
	return 0;
}
