/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/json.h"

#include "admin/format.h"
#include "admin/rules.h"

#include <ctype.h>
#include <jansson.h>
#include <linux/ip_vs.h>
#include <string.h>

void json_list_begin(struct json_list *list, FILE *out, const char *name)
{
	*list = (struct json_list){.out = out};
	fprintf(out, "{\"%s\": [", name);
}

void json_list_end(struct json_list *list)
{
	fputs(list->n_items ? "\n]}\n" : "]}\n", list->out);
}

/* Frees item. */
static void add_item(struct json_list *list, json_t *item)
{
	fputs(list->n_items++ ? ",\n" : "\n", list->out);
	json_dumpf(item, list->out, 0);
	json_decref(item);
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *endpoint_json(const struct endpoint *ep)
{
	char text[ENDPOINT_TEXT_MAX];

	return json_string(endpoint_format(ep, text));
}

static json_t *stats_json(const struct ipvs_stats *stats)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "connections", number(stats->conns),
			 "packets_in", number(stats->in_packets), "packets_out",
			 number(stats->out_packets), "bytes_in", number(stats->in_bytes),
			 "bytes_out", number(stats->out_bytes));
}

static json_t *rates_json(const struct ipvs_stats *stats)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "connections", number(stats->conn_rate),
			 "packets_in", number(stats->in_packet_rate), "packets_out",
			 number(stats->out_packet_rate), "bytes_in", number(stats->in_byte_rate),
			 "bytes_out", number(stats->out_byte_rate));
}

static json_t *tunnel_json(const struct ipvs_dest *dest)
{
	const char *type = rules_tunnel_name(dest->tun_type);
	const char *checksum = dest->tun_flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM ? "remote"
			       : dest->tun_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM  ? "on"
										 : "off";

	return json_pack("{s:s, s:i, s:s}", "type", type ? type : "?", "port", dest->tun_port,
			 "checksum", checksum);
}

static json_t *dest_json(const struct ipvs_listed_dest *listed)
{
	const struct ipvs_dest *dest = &listed->dest;
	json_t *json = json_pack(
	    "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "key", endpoint_json(&dest->ep),
	    "weight", number(dest->weight), "method", ipvs_method_name(dest->method),
	    "upper_threshold", number(dest->upper_threshold), "lower_threshold",
	    number(dest->lower_threshold), "active_connections", number(dest->counters.active),
	    "inactive_connections", number(dest->counters.inactive), "persistent_connections",
	    number(dest->counters.persistent), "stats", stats_json(&listed->stats), "rate",
	    rates_json(&listed->stats));

	if (dest->method == IPVS_METHOD_TUN)
		json_object_set_new(json, "tunnel", tunnel_json(dest));
	return json;
}

/* null without persistence: each connection of a client is scheduled by itself. */
static json_t *persistence_json(const struct ipvs_service *service)
{
	struct addr mask = addr_from_in((struct in_addr){service->netmask});
	json_t *json;
	char text[ADDR_TEXT_MAX];

	if (!(service->flags & IP_VS_SVC_F_PERSISTENT))
		return json_null();
	json = json_pack("{s:o, s:o}", "timeout", number(service->timeout), "netmask",
			 service->key.family == AF_INET6 ? json_sprintf("%u", service->netmask)
							 : json_string(addr_format(&mask, text)));
	if (*service->pe)
		json_object_set_new(json, "engine", json_string(service->pe));
	return json;
}

static json_t *flags_json(const struct ipvs_service *service)
{
	char text[FORMAT_SCHED_FLAGS_MAX], *rest = NULL;
	json_t *flags = json_array();

	format_sched_flags(service, text);
	for (char *flag = strtok_r(text, ",", &rest); flag; flag = strtok_r(NULL, ",", &rest))
		json_array_append_new(flags, json_string(flag));
	return flags;
}

void json_list_service(struct json_list *list, const struct ipvs_listed_service *listed,
		       const struct ipvs_dest_list *dests)
{
	const struct ipvs_service *service = &listed->service;
	json_t *dests_json = json_array();
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < dests->entries.n; i++)
		json_array_append_new(dests_json, dest_json(&dests->entries.items[i]));
	add_item(list, json_pack("{s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o}", "key",
				 svckey_format(&service->key, key), "scheduler", service->scheduler,
				 "scheduler_flags", flags_json(service), "one_packet",
				 (service->flags & IP_VS_SVC_F_ONEPACKET) != 0, "persistence",
				 persistence_json(service), "stats", stats_json(&listed->stats),
				 "rate", rates_json(&listed->stats), "destinations", dests_json));
}

void json_list_conn(struct json_list *list, const struct conn *conn)
{
	char protocol[CONN_WORD_MAX];
	json_t *json;

	for (size_t i = 0; i < sizeof(protocol); i++)
		protocol[i] = (char)tolower((unsigned char)conn->protocol[i]);
	json = json_pack("{s:s, s:o, s:o, s:o, s:s, s:o}", "protocol", protocol, "client",
			 endpoint_json(&conn->client), "virtual", endpoint_json(&conn->virtual),
			 "destination", endpoint_json(&conn->destination), "state", conn->state,
			 "expires", number(conn->expires));
	if (*conn->pe_data)
		json_object_set_new(
		    json, "persistence",
		    json_pack("{s:s, s:s}", "engine", conn->pe_name, "data", conn->pe_data));
	add_item(list, json);
}

void json_list_daemon(struct json_list *list, const struct sync_daemon *daemon)
{
	char group[ADDR_TEXT_MAX];
	json_t *json =
	    json_pack("{s:s, s:s, s:o, s:i, s:i, s:i}", "role", sync_role_name(daemon->role),
		      "interface", daemon->interface, "syncid", number(daemon->syncid), "maxlen",
		      daemon->maxlen, "port", daemon->port, "ttl", daemon->ttl);

	if (daemon->group.family != AF_UNSPEC)
		json_object_set_new(json, "group", json_string(addr_format(&daemon->group, group)));
	add_item(list, json);
}

void json_timeouts(FILE *out, const struct ipvs_timeouts *timeouts)
{
	fprintf(out, "{\"tcp\": %u, \"tcp_fin\": %u, \"udp\": %u}\n", timeouts->tcp,
		timeouts->tcp_fin, timeouts->udp);
}
