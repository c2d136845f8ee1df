/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/fake_ipvs.h"
#include "tests/unit/test_ipvs_random.h"

#include <stdlib.h>

struct fake_ipvs fake_ipvs;

/* Nothing is in them: there is one kernel. */
struct ipvs_genl {
	int unused;
};
struct ipvs_admin {
	ipvs_admin_result_fn *fn;
	void *arg;
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
	(void)err;
	*ret_admin = mem_calloc(1, sizeof(**ret_admin));
	return 0;
}

void ipvs_admin_close(struct ipvs_admin *admin)
{
	free(admin);
}

void ipvs_admin_on_result(struct ipvs_admin *admin, ipvs_admin_result_fn *fn, void *arg)
{
	admin->fn = fn;
	admin->arg = arg;
}

int ipvs_admin_set_timeouts(struct ipvs_admin *admin, const struct ipvs_timeouts *timeouts,
			    struct err *err)
{
	struct ipvs_timeouts *now = &fake_ipvs.timeouts;

	(void)err;
	fake_ipvs.n_requests++;
	now->tcp = timeouts->tcp ? timeouts->tcp : now->tcp;
	now->tcp_fin = timeouts->tcp_fin ? timeouts->tcp_fin : now->tcp_fin;
	now->udp = timeouts->udp ? timeouts->udp : now->udp;
	admin->fn(0, 0, admin->arg);
	return 0;
}

int ipvs_admin_run(struct ipvs_admin *admin, struct err *err)
{
	(void)admin;
	(void)err;
	return 0;
}

int ipvs_admin_timeouts(struct ipvs_admin *admin, struct ipvs_timeouts *ret_timeouts,
			struct err *err)
{
	(void)admin;
	(void)err;
	*ret_timeouts = fake_ipvs.timeouts;
	return 0;
}
