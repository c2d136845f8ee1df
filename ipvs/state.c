/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/state.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 4

struct ipvs_service *ipvs_state_add(struct ipvs_state *state, const struct svckey *key)
{
	struct ipvs_service *service;

	if (state->n_services == state->cap_services) {
		state->cap_services =
		    state->cap_services ? 2 * state->cap_services : FIRST_CAPACITY;
		state->services =
		    mem_realloc(state->services, state->cap_services, sizeof(*state->services));
	}
	service = &state->services[state->n_services++];
	*service = (struct ipvs_service){.key = *key};
	return service;
}

struct ipvs_dest *ipvs_service_add(struct ipvs_service *service, const struct endpoint *ep)
{
	struct ipvs_dest *dest;

	if (service->n_dests == service->cap_dests) {
		service->cap_dests = service->cap_dests ? 2 * service->cap_dests : FIRST_CAPACITY;
		service->dests =
		    mem_realloc(service->dests, service->cap_dests, sizeof(*service->dests));
	}
	dest = &service->dests[service->n_dests++];
	*dest = (struct ipvs_dest){.ep = *ep};
	return dest;
}

static int compare_services(const void *a, const void *b)
{
	const struct ipvs_service *x = a, *y = b;

	return svckey_cmp(&x->key, &y->key);
}

static int compare_dests(const void *a, const void *b)
{
	const struct ipvs_dest *x = a, *y = b;

	return endpoint_cmp(&x->ep, &y->ep);
}

void ipvs_service_sort(struct ipvs_service *service)
{
	size_t n = 0;

	if (!service->n_dests)
		return;
	qsort(service->dests, service->n_dests, sizeof(*service->dests), compare_dests);
	for (size_t i = 1; i < service->n_dests; i++)
		if (compare_dests(&service->dests[n], &service->dests[i]))
			service->dests[++n] = service->dests[i];
	service->n_dests = n + 1;
}

void ipvs_state_sort(struct ipvs_state *state)
{
	size_t n = 0;

	for (size_t i = 0; i < state->n_services; i++)
		ipvs_service_sort(&state->services[i]);
	if (!state->n_services)
		return;
	qsort(state->services, state->n_services, sizeof(*state->services), compare_services);
	for (size_t i = 1; i < state->n_services; i++)
		if (compare_services(&state->services[n], &state->services[i]))
			state->services[++n] = state->services[i];
		else
			free(state->services[i].dests);
	state->n_services = n + 1;
}

struct ipvs_service *ipvs_state_find(const struct ipvs_state *state, const struct svckey *key)
{
	const struct ipvs_service wanted = {.key = *key};

	if (!state->n_services)
		return NULL;
	return bsearch(&wanted, state->services, state->n_services, sizeof(wanted),
		       compare_services);
}

struct ipvs_dest *ipvs_service_find(const struct ipvs_service *service, const struct endpoint *ep)
{
	const struct ipvs_dest wanted = {.ep = *ep};

	if (!service->n_dests)
		return NULL;
	return bsearch(&wanted, service->dests, service->n_dests, sizeof(wanted), compare_dests);
}

void ipvs_state_clear(struct ipvs_state *state)
{
	for (size_t i = 0; i < state->n_services; i++)
		free(state->services[i].dests);
	free(state->services);
	*state = (struct ipvs_state){0};
}

const char *ipvs_method_name(enum ipvs_method method)
{
	switch (method) {
	case IPVS_METHOD_NAT:
		return "NAT";
	case IPVS_METHOD_LOCAL:
		return "LOCAL";
	case IPVS_METHOD_TUN:
		return "TUN";
	case IPVS_METHOD_DR:
		return "DR";
	}
	return "?";
}
