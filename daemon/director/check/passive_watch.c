/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/check/passive_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "ipvs/genl.h"

#include <stdlib.h>

static void services_drop(struct passive_service *services, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(services[i].servers);
	free(services);
}

void passive_watch_close(struct passive_watch *watch)
{
	services_drop(watch->services.items, watch->services.n);
	loop_timer_free(watch->due);
}

static void readings_take(struct passive_watch *watch, struct passive_service *service,
		    const struct ipvs_service *shown)
{
	for (size_t i = 0; i < service->n_servers; i++) {
		struct passive_server *server = &service->servers[i];
		const struct ipvs_dest *dest = ipvs_service_find(shown, &server->ep);
		struct passive_counters now;

		if (!dest) {
			server->seen = (struct passive){0};
			continue;
		}
		now = (struct passive_counters){.conns = dest->counters.conns,
						.in_packets = dest->counters.in_packets,
						.out_packets = dest->counters.out_packets};
		if (passive_step(&server->seen, server->sight, &now))
			watch->on_suspect(service->vs, server->rs, watch->arg);
	}
}

/* Returns false if the kernel does not answer: then the others are not asked either. */
static bool read_service(struct passive_watch *watch, struct passive_service *service)
{
	struct ipvs_state shown = {0};
	struct err err;

	if (ipvs_genl_dump_dests(*watch->genl, &service->key, &shown, &err) < 0) {
		if (!watch->is_complained)
			log_warning("passive: the counters of the servers cannot be read, so no check is "
				    "probed early; lvsd tries again: %s",
				    err.text);
		watch->is_complained = true;
		return false;
	}
	watch->is_complained = false;
	readings_take(watch, service, &shown.services[0]);
	ipvs_state_clear(&shown);
	return true;
}

static void on_reading_due(void *arg)
{
	struct passive_watch *watch = arg;
	struct mono begin = clock_mono(), end = begin, next;

	if (watch->at >= watch->services.n)
		watch->at = 0; /* a reload has taken services away */
	if (watch->at == 0)
		watch->begun = begin;
	while (*watch->genl && watch->at < watch->services.n &&
	       mono_before(end, mono_add_ms(begin, PASSIVE_BUSY_MS)) &&
	       read_service(watch, &watch->services.items[watch->at])) {
		watch->at++;
		end = clock_mono();
	}
	next = mono_add_ns(end, mono_sub(end, begin) * (PASSIVE_SHARE - 1));
	if (watch->at >= watch->services.n || mono_sub(end, begin) == 0) {
		struct mono round = mono_add_ms(watch->begun, PASSIVE_PERIOD_MS);

		watch->at = 0;
		next = mono_before(next, round) ? round : next;
	}
	watch->next = next;
	loop_timer_set(watch->due, next);
}

/* The real servers of vs with `passive`, as the kernel has them in its service number. */
static void watch_service(struct passive_watch *watch, const struct conf_virtual_server *vs, size_t at,
			  size_t number)
{
	const struct svckey *key = conf_service_key(vs, number);
	struct passive_service service = {.key = *key, .vs = at};

	service.servers = mem_calloc(vs->n_real_servers, sizeof(*service.servers));
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];
		bool is_nat = rs->method == CONF_METHOD_NAT || rs->method == CONF_METHOD_FNAT;
		enum passive_sight sight =
		    passive_sight(is_nat, key->fwmark ? 0 : key->protocol, vs->is_one_packet);

		if (!rs->is_passive || !rs->n_checks || sight == PASSIVE_BLIND)
			continue;
		service.servers[service.n_servers++] =
		    (struct passive_server){.ep = conf_service_server(vs, number, rs),
					    .rs = i,
					    .sight = sight};
	}
	if (service.n_servers)
		*vec_push(&watch->services) = service;
	else
		free(service.servers);
}

static int service_cmp(const void *left, const void *right)
{
	return svckey_cmp(&((const struct passive_service *)left)->key,
			  &((const struct passive_service *)right)->key);
}

static int server_cmp(const void *left, const void *right)
{
	return endpoint_cmp(&((const struct passive_server *)left)->ep,
			    &((const struct passive_server *)right)->ep);
}

/* What was seen of the servers of old, which is sorted. Those of another sight begin anew. */
static void seen_carry(struct passive_service *service, struct passive_service *old)
{
	qsort(old->servers, old->n_servers, sizeof(*old->servers), server_cmp);
	for (size_t i = 0; i < service->n_servers; i++) {
		struct passive_server *server = &service->servers[i];
		const struct passive_server *was = bsearch(server, old->servers, old->n_servers,
							   sizeof(*old->servers), server_cmp);

		if (was && was->sight == server->sight)
			server->seen = was->seen;
	}
}

void passive_watch_configure(struct passive_watch *watch, const struct conf *conf)
{
	struct passive_service *old = watch->services.items;
	size_t n_old = watch->services.n;

	watch->services.items = NULL;
	watch->services.n = watch->services.cap = 0;
	if (n_old)
		qsort(old, n_old, sizeof(*old), service_cmp);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t m = 0; m < conf_service_count(&conf->virtual_servers[i]); m++)
			watch_service(watch, &conf->virtual_servers[i], i, m);
	for (size_t i = 0; n_old && i < watch->services.n; i++) {
		struct passive_service *was =
		    bsearch(&watch->services.items[i], old, n_old, sizeof(*old), service_cmp);

		if (was)
			seen_carry(&watch->services.items[i], was);
	}
	services_drop(old, n_old);
	if (watch->services.n && !watch->due)
		watch->due = loop_timer_new(watch->loop, on_reading_due, watch);
	/* The reading that is due stays due: reloads in a row must not put it off for ever. */
	if (watch->services.n && !n_old)
		watch->next = mono_add_ms(clock_mono(), PASSIVE_PERIOD_MS);
	if (watch->due)
		loop_timer_set(watch->due, watch->services.n ? watch->next : MONO_NEVER);
}
