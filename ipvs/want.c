/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/want.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/ip_vs.h>
#include <string.h>

_Static_assert(IPVS_SCHEDULER_MAX == IP_VS_SCHEDNAME_MAXLEN, "room for each scheduler's name");
_Static_assert(IPVS_PE_MAX == IP_VS_PENAME_MAXLEN, "room for each persistence engine's name");

_Static_assert((int)CONF_TUNNEL_GUE == IP_VS_CONN_F_TUNNEL_TYPE_GUE &&
		   (int)CONF_TUNNEL_GRE == IP_VS_CONN_F_TUNNEL_TYPE_GRE,
	       "tunnels by the kernel's numbers");

static enum ipvs_method method_of(enum conf_method method)
{
	switch (method) {
	case CONF_METHOD_NAT:
	case CONF_METHOD_FNAT:
		return IPVS_METHOD_NAT;
	case CONF_METHOD_DR:
		return IPVS_METHOD_DR;
	case CONF_METHOD_TUN:
		return IPVS_METHOD_TUN;
	}
	assert(!"a forwarding method that conf does not have");
	return IPVS_METHOD_NAT;
}

static uint16_t tunnel_flags(enum conf_tunnel_checksum checksum)
{
	static const uint16_t flags[] = {IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM,
					 IP_VS_TUNNEL_ENCAP_FLAG_CSUM,
					 IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM};

	return flags[checksum];
}

static uint32_t flags_of(const struct conf_virtual_server *vs)
{
	static const uint32_t flags[CONF_SCHEDULER_FLAGS] = {
	    IP_VS_SVC_F_SCHED1, IP_VS_SVC_F_SCHED2, IP_VS_SVC_F_SCHED3};
	uint32_t all = 0;

	for (size_t i = 0; i < CONF_SCHEDULER_FLAGS; i++)
		all |= vs->scheduler_flags[i] ? flags[i] : 0;
	all |= vs->is_one_packet ? IP_VS_SVC_F_ONEPACKET : 0;
	all |= vs->persistence_timeout ? IP_VS_SVC_F_PERSISTENT : 0;
	return all;
}

static void want_dest(struct ipvs_service *service, const struct endpoint *ep,
		      const struct conf_real_server *rs, const struct ipvs_view_rs *view)
{
	struct ipvs_dest *dest = ipvs_service_add(service, ep);

	dest->weight = view->weight;
	dest->method = method_of(rs->method);
	dest->upper_threshold = rs->upper_threshold;
	dest->lower_threshold = rs->lower_threshold;
	dest->tun_type = (uint8_t)rs->tunnel.type;
	dest->tun_port = rs->tunnel.port;
	dest->tun_flags = tunnel_flags(rs->tunnel.checksum);
}

/* The settings for the sorry server in service number: those of the real server that is the same
 * destination, else its own. */
static const struct conf_real_server *settings_of_sorry(const struct conf_virtual_server *vs,
							size_t number, const struct endpoint *ep)
{
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		struct endpoint other = conf_service_server(vs, number, &vs->real_servers[i]);

		if (!endpoint_cmp(&other, ep))
			return &vs->real_servers[i];
	}
	return &vs->sorry_server;
}

static void want_sorry(struct ipvs_service *service, const struct conf_virtual_server *vs,
		       size_t number, const struct ipvs_view_rs *view)
{
	struct endpoint ep = conf_service_server(vs, number, &vs->sorry_server);

	for (size_t i = 0; i < service->n_dests; i++) {
		struct ipvs_dest *dest = &service->dests[i];

		if (endpoint_cmp(&dest->ep, &ep))
			continue;
		if (dest->weight < view->weight)
			dest->weight = view->weight;
		return;
	}
	want_dest(service, &ep, settings_of_sorry(vs, number, &ep), view);
}

static void want_service(const struct conf_virtual_server *vs, size_t number,
			 const struct ipvs_view_rs *view, const struct ipvs_view_rs *sorry,
			 struct ipvs_state *want)
{
	const struct svckey *key = conf_service_key(vs, number);
	struct ipvs_service *service = ipvs_state_add(want, key);
	struct endpoint ep;

	assert(strlen(vs->scheduler) < sizeof(service->scheduler));
	strcpy(service->scheduler, vs->scheduler);
	assert(strlen(vs->persistence_engine) < sizeof(service->pe));
	strcpy(service->pe, vs->persistence_engine);
	service->flags = flags_of(vs);
	service->timeout = vs->persistence_timeout;
	service->netmask =
	    key->family == AF_INET6 ? vs->granularity_ipv6 : vs->granularity_ipv4;
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		ep = conf_service_server(vs, number, &vs->real_servers[i]);
		if (view[i].is_present)
			want_dest(service, &ep, &vs->real_servers[i], &view[i]);
	}
	if (sorry->is_present)
		want_sorry(service, vs, number, sorry);
}

/*
 * The service for the mark of a check with through_vip: its real server alone. With one-packet
 * scheduling no connection of UDP is kept, so each probe goes to that server, whatever port it comes from.
 */
static void want_passage(const struct conf_real_server *rs, const struct conf_check *check,
			 struct ipvs_state *want)
{
	const struct svckey key = conf_through_key(check);
	struct endpoint ep = {.addr = rs->ep.addr};
	struct ipvs_service *service = ipvs_state_add(want, &key);

	strcpy(service->scheduler, "rr");
	service->flags = IP_VS_SVC_F_ONEPACKET;
	service->netmask = key.family == AF_INET6 ? CONF_EACH_IPV6 : CONF_EACH_IPV4;
	want_dest(service, &ep, rs, &(struct ipvs_view_rs){.is_present = true, .weight = 1});
	service->dests[0].upper_threshold = service->dests[0].lower_threshold = 0;
}

bool ipvs_is_like_passage(const struct ipvs_service *service)
{
	return service->key.fwmark && service->flags == IP_VS_SVC_F_ONEPACKET &&
	       !strcmp(service->scheduler, "rr");
}

void ipvs_want_passages(const struct conf *conf, struct ipvs_state *want)
{
	static const uint16_t families[] = {AF_INET, AF_INET6};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t k = 0; k < 2 * vs->n_real_servers; k++) {
			const struct conf_real_server *rs = &vs->real_servers[k / 2];
			const struct conf_check *check = conf_server_through(rs, families[k % 2]);

			if (check)
				want_passage(rs, check, want);
		}
	}
}

void ipvs_want_of(const struct conf_virtual_server *vs, const struct ipvs_view_rs *view,
		  const struct ipvs_view_rs *sorry, struct ipvs_state *want)
{
	for (size_t k = 0; k < conf_service_count(vs); k++)
		want_service(vs, k, view, sorry, want);
}

void ipvs_want(const struct conf *conf, const struct ipvs_view_rs *view,
	       const struct ipvs_view_rs *sorry, struct ipvs_state *ret_want)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		ipvs_want_of(&conf->virtual_servers[i], view, &sorry[i], ret_want);
		view += conf->virtual_servers[i].n_real_servers;
	}
	ipvs_want_passages(conf, ret_want);
	ipvs_state_sort(ret_want);
}
