/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/want.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/ip_vs.h>
#include <string.h>

/* The netmask that groups clients of a persistent service: each address by itself. */
#define NETMASK_IPV4 0xffffffff
#define NETMASK_IPV6 128

_Static_assert(IPVS_SCHEDULER_MAX == IP_VS_SCHEDNAME_MAXLEN, "room for each scheduler's name");
_Static_assert(IPVS_PE_MAX == IP_VS_PENAME_MAXLEN, "room for each persistence engine's name");

static enum ipvs_method method_of(enum conf_method method)
{
	switch (method) {
	case CONF_METHOD_NAT:
		return IPVS_METHOD_NAT;
	case CONF_METHOD_DR:
		return IPVS_METHOD_DR;
	case CONF_METHOD_TUN:
		return IPVS_METHOD_TUN;
	}
	assert(!"a forwarding method that conf does not have");
	return IPVS_METHOD_NAT;
}

static void want_dest(struct ipvs_service *service, const struct conf_real_server *rs,
		      const struct ipvs_view_rs *view)
{
	struct ipvs_dest *dest = ipvs_service_add(service, &rs->ep);

	dest->weight = view->weight;
	dest->method = method_of(rs->method);
}

static void want_sorry(struct ipvs_service *service, const struct conf_real_server *rs,
		       const struct ipvs_view_rs *view)
{
	for (size_t i = 0; i < service->n_dests; i++) {
		struct ipvs_dest *dest = &service->dests[i];

		if (endpoint_cmp(&dest->ep, &rs->ep))
			continue;
		if (dest->weight < view->weight)
			dest->weight = view->weight;
		return;
	}
	want_dest(service, rs, view);
}

static void want_service(const struct conf_virtual_server *vs, const struct ipvs_view_rs *view,
			 const struct ipvs_view_rs *sorry, struct ipvs_state *want)
{
	struct ipvs_service *service = ipvs_state_add(want, &vs->key);

	assert(strlen(vs->scheduler) < sizeof(service->scheduler));
	strcpy(service->scheduler, vs->scheduler);
	service->flags = vs->persistence_timeout ? IP_VS_SVC_F_PERSISTENT : 0;
	service->timeout = vs->persistence_timeout;
	service->netmask = vs->key.family == AF_INET6 ? NETMASK_IPV6 : NETMASK_IPV4;
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (view[i].is_present)
			want_dest(service, &vs->real_servers[i], &view[i]);
	if (sorry->is_present)
		want_sorry(service, &vs->sorry_server, sorry);
}

void ipvs_want(const struct conf *conf, const struct ipvs_view_rs *view,
	       const struct ipvs_view_rs *sorry, struct ipvs_state *ret_want)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		want_service(&conf->virtual_servers[i], view, &sorry[i], ret_want);
		view += conf->virtual_servers[i].n_real_servers;
	}
	ipvs_state_sort(ret_want);
}
