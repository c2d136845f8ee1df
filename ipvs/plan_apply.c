/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Applies one operation to a table by the rules of the kernel (ip_vs_genl_set_cmd). */
#include "ipvs/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void set_settings(struct ipvs_service *service, const struct ipvs_service *settings)
{
	memcpy(service->scheduler, settings->scheduler, sizeof(service->scheduler));
	memcpy(service->pe, settings->pe, sizeof(service->pe));
	service->flags = settings->flags;
	service->timeout = settings->timeout;
	service->netmask = settings->netmask;
}

static void set_dest(struct ipvs_dest *dest, const struct ipvs_dest *wanted)
{
	struct ipvs_dest_counters counters = dest->counters;

	*dest = *wanted;
	dest->counters = counters;
}

/* Moves the last service, the only one that can be out of order, to its right position. */
static void place_last_service(struct ipvs_state *state)
{
	struct ipvs_service last = state->services[state->n_services - 1];
	size_t at = state->n_services - 1;

	while (at > 0 && svckey_cmp(&state->services[at - 1].key, &last.key) > 0)
		at--;
	memmove(&state->services[at + 1], &state->services[at],
		(state->n_services - 1 - at) * sizeof(last));
	state->services[at] = last;
}

static void place_last_dest(struct ipvs_service *service)
{
	struct ipvs_dest last = service->dests[service->n_dests - 1];
	size_t at = service->n_dests - 1;

	while (at > 0 && endpoint_cmp(&service->dests[at - 1].ep, &last.ep) > 0)
		at--;
	memmove(&service->dests[at + 1], &service->dests[at],
		(service->n_dests - 1 - at) * sizeof(last));
	service->dests[at] = last;
}

static int op_add_service(const struct ipvs_op *op, struct ipvs_state *state)
{
	if (ipvs_state_find(state, &op->service.key))
		return -EEXIST;
	set_settings(ipvs_state_add(state, &op->service.key), &op->service);
	place_last_service(state);
	return 0;
}

static int del_service(struct ipvs_state *state, struct ipvs_service *service)
{
	size_t at = (size_t)(service - state->services);

	free(service->dests);
	state->n_services--;
	memmove(service, service + 1, (state->n_services - at) * sizeof(*service));
	return 0;
}

static int add_dest(const struct ipvs_op *op, struct ipvs_service *service)
{
	if (ipvs_service_find(service, &op->dest.ep))
		return -EEXIST;
	set_dest(ipvs_service_add(service, &op->dest.ep), &op->dest);
	place_last_dest(service);
	return 0;
}

static int edit_dest(const struct ipvs_op *op, struct ipvs_service *service)
{
	struct ipvs_dest *dest = ipvs_service_find(service, &op->dest.ep);

	if (!dest)
		return -ENOENT;
	set_dest(dest, &op->dest);
	return 0;
}

static int del_dest(const struct ipvs_op *op, struct ipvs_service *service)
{
	struct ipvs_dest *dest = ipvs_service_find(service, &op->dest.ep);

	if (!dest)
		return -ENOENT;
	service->n_dests--;
	memmove(dest, dest + 1,
		(service->n_dests - (size_t)(dest - service->dests)) * sizeof(*dest));
	return 0;
}

int ipvs_op_apply(const struct ipvs_op *op, struct ipvs_state *state)
{
	struct ipvs_service *service;

	if (op->kind == IPVS_OP_ADD_SERVICE)
		return op_add_service(op, state);
	service = ipvs_state_find(state, &op->service.key);
	if (!service)
		return -ESRCH;
	switch (op->kind) {
	case IPVS_OP_ADD_SERVICE:
		break;
	case IPVS_OP_EDIT_SERVICE:
		set_settings(service, &op->service);
		break;
	case IPVS_OP_DEL_SERVICE:
		return del_service(state, service);
	case IPVS_OP_ADD_DEST:
		return add_dest(op, service);
	case IPVS_OP_EDIT_DEST:
		return edit_dest(op, service);
	case IPVS_OP_DEL_DEST:
		return del_dest(op, service);
	}
	return 0;
}
