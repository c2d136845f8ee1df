/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/test_ipvs_random.h"

#include <linux/ip_vs.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* splitmix64: any seed will do, zero too. */
static uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
	return (uint32_t)(rng_next(rng) % bound);
}

static struct addr random_addr(struct rng *rng, uint16_t family, uint8_t net, uint32_t n)
{
	struct addr addr = {.family = family};

	if (family == AF_INET) {
		memcpy(addr.bytes, (uint8_t[]){10, 9, net, 0}, 4);
		addr.bytes[3] = (uint8_t)(1 + rng_below(rng, n));
	} else {
		memcpy(addr.bytes, (uint8_t[]){0xfd, 9, 0, net}, 4);
		addr.bytes[15] = (uint8_t)(1 + rng_below(rng, n));
	}
	return addr;
}

static struct svckey random_key(struct rng *rng)
{
	static const uint16_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP};
	struct svckey key = {.family = rng_below(rng, 2) ? AF_INET : AF_INET6};

	if (rng_below(rng, 4) == 0) {
		key.fwmark = 1 + rng_below(rng, 4);
		return key;
	}
	key.protocol = protocols[rng_below(rng, COUNT(protocols))];
	key.ep =
	    (struct endpoint){random_addr(rng, key.family, 0, 2), rng_below(rng, 2) ? 80 : 443};
	return key;
}

static void random_settings(struct rng *rng, struct ipvs_service *service)
{
	static const char *const schedulers[] = {"rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh",
						  "sh", "sed", "nq", "mh", "fo", "ovf"};
	static const uint32_t masks[] = {0xffffffff, 0x00ffffff, 0x0000ffff, 0};
	static const uint32_t flags[] = {0, 0, IP_VS_SVC_F_SCHED1,
					 IP_VS_SVC_F_SCHED1 | IP_VS_SVC_F_SCHED2,
					 IP_VS_SVC_F_SCHED2 | IP_VS_SVC_F_SCHED3};

	strcpy(service->scheduler, schedulers[rng_below(rng, COUNT(schedulers))]);
	service->flags = flags[rng_below(rng, COUNT(flags))];
	if (service->key.protocol == IPPROTO_UDP && rng_below(rng, 4) == 0)
		service->flags |= IP_VS_SVC_F_ONEPACKET;
	if (rng_below(rng, 3) == 0) {
		service->flags |= IP_VS_SVC_F_PERSISTENT;
		service->timeout = 60 * (1 + rng_below(rng, 5));
	}
	if (service->key.protocol == IPPROTO_UDP && rng_below(rng, 4) == 0)
		strcpy(service->pe, "sip");
	service->netmask = service->key.family == AF_INET ? masks[rng_below(rng, COUNT(masks))]
							  : 1 + rng_below(rng, 128);
}

static void random_tunnel(struct rng *rng, struct ipvs_dest *dest)
{
	dest->method = IPVS_METHOD_TUN;
	dest->tun_type = (uint8_t)rng_below(rng, IP_VS_CONN_F_TUNNEL_TYPE_MAX);
	if (dest->tun_type == IP_VS_CONN_F_TUNNEL_TYPE_GUE)
		dest->tun_port = (uint16_t)(6080 + rng_below(rng, 2));
	if (dest->tun_type != IP_VS_CONN_F_TUNNEL_TYPE_IPIP)
		dest->tun_flags = (uint16_t)rng_below(rng, 1 + IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM);
}

static void random_dest(struct rng *rng, struct ipvs_service *service)
{
	static const enum ipvs_method methods[] = {IPVS_METHOD_NAT, IPVS_METHOD_DR,
						   IPVS_METHOD_TUN};
	static const uint32_t weights[] = {0, 0, 1, 1, 2, 100, INT32_MAX};
	bool is_mixed = rng_below(rng, 10) == 0;
	uint16_t family = is_mixed ? AF_INET + AF_INET6 - service->key.family : service->key.family;
	struct endpoint ep = {random_addr(rng, family, 1, 6), service->key.ep.port};
	struct ipvs_dest *dest = ipvs_service_add(service, &ep);

	dest->weight = weights[rng_below(rng, COUNT(weights))];
	dest->method = methods[rng_below(rng, COUNT(methods))];
	/* The kernel forwards to the other family by tunnel alone. */
	if (is_mixed || dest->method == IPVS_METHOD_TUN)
		random_tunnel(rng, dest);
	if (rng_below(rng, 4) == 0) {
		dest->upper_threshold = 10 + rng_below(rng, 3);
		dest->lower_threshold = rng_below(rng, 10);
	} else if (rng_below(rng, 8) == 0) {
		dest->upper_threshold = dest->lower_threshold = UINT32_MAX;
	}
}

void random_state(struct rng *rng, unsigned n_services, struct ipvs_state *ret_state)
{
	unsigned n = rng_below(rng, n_services + 1);

	for (unsigned i = 0; i < n; i++) {
		struct svckey key = random_key(rng);
		struct ipvs_service *service = ipvs_state_add(ret_state, &key);
		unsigned n_dests = rng_below(rng, 6);

		random_settings(rng, service);
		for (unsigned j = 0; j < n_dests; j++)
			random_dest(rng, service);
	}
	ipvs_state_sort(ret_state);
}

void random_owned(struct rng *rng, const struct ipvs_state *state, struct ipvs_owned *ret_owned)
{
	for (size_t i = 0; i < state->n_services; i++)
		if (rng_below(rng, 2))
			*vec_push(&ret_owned->keys) = state->services[i].key;
	ipvs_owned_sort(ret_owned);
}

static void copy_service(const struct ipvs_service *service, struct ipvs_state *state)
{
	struct ipvs_service *copy = ipvs_state_add(state, &service->key);

	*copy = *service;
	copy->dests = NULL;
	copy->n_dests = copy->cap_dests = 0;
	for (size_t i = 0; i < service->n_dests; i++)
		*ipvs_service_add(copy, &service->dests[i].ep) = service->dests[i];
}

static bool has_key(const struct ipvs_owned *owned, const struct svckey *key)
{
	for (size_t i = 0; i < owned->keys.n; i++)
		if (!svckey_cmp(&owned->keys.items[i], key))
			return true;
	return false;
}

void expected_state(const struct ipvs_state *want, const struct ipvs_state *have,
		    const struct ipvs_owned *owned, struct ipvs_state *ret_state)
{
	state_copy(want, ret_state);
	for (size_t i = 0; i < have->n_services; i++) {
		const struct svckey *key = &have->services[i].key;

		if (!ipvs_state_find(want, key) && !has_key(owned, key))
			copy_service(&have->services[i], ret_state);
	}
	ipvs_state_sort(ret_state);
}

void state_copy(const struct ipvs_state *state, struct ipvs_state *ret_copy)
{
	for (size_t i = 0; i < state->n_services; i++)
		copy_service(&state->services[i], ret_copy);
}

static bool dest_is_equal(const struct ipvs_dest *a, const struct ipvs_dest *b)
{
	return !endpoint_cmp(&a->ep, &b->ep) && a->weight == b->weight && a->method == b->method &&
	       a->upper_threshold == b->upper_threshold &&
	       a->lower_threshold == b->lower_threshold && a->tun_type == b->tun_type &&
	       a->tun_port == b->tun_port && a->tun_flags == b->tun_flags;
}

static bool service_is_equal(const struct ipvs_service *a, const struct ipvs_service *b)
{
	if (svckey_cmp(&a->key, &b->key) || strcmp(a->scheduler, b->scheduler) ||
	    strcmp(a->pe, b->pe) || a->flags != b->flags || a->timeout != b->timeout ||
	    a->netmask != b->netmask || a->n_dests != b->n_dests)
		return false;
	for (size_t i = 0; i < a->n_dests; i++)
		if (!dest_is_equal(&a->dests[i], &b->dests[i]))
			return false;
	return true;
}

bool state_is_equal(const struct ipvs_state *a, const struct ipvs_state *b)
{
	if (a->n_services != b->n_services)
		return false;
	for (size_t i = 0; i < a->n_services; i++)
		if (!service_is_equal(&a->services[i], &b->services[i]))
			return false;
	return true;
}

static bool has_weight(const struct ipvs_service *service)
{
	for (size_t i = 0; service && i < service->n_dests; i++)
		if (service->dests[i].weight)
			return true;
	return false;
}

const struct svckey *state_find_emptied(const struct ipvs_state *before,
					const struct ipvs_state *after,
					const struct ipvs_state *now)
{
	for (size_t i = 0; i < before->n_services; i++) {
		const struct svckey *key = &before->services[i].key;

		if (has_weight(&before->services[i]) && has_weight(ipvs_state_find(after, key)) &&
		    !has_weight(ipvs_state_find(now, key)))
			return key;
	}
	return NULL;
}
