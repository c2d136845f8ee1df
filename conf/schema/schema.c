/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/schema/schema.h"

#define KIND_NAME(name, keyword, ...) [SCHEMA_##keyword] = #keyword,
#define IDLE_NAME(keyword, ...)       [SCHEMA_##keyword] = #keyword,

const char *schema_block_name(enum schema_block block)
{
	static const char *const names[SCHEMA_N_BLOCKS] = {
	    [SCHEMA_NONE] = "nowhere",
	    [SCHEMA_ROOT] = "the top level",
	    [SCHEMA_GLOBAL_DEFS] = "global_defs",
	    [SCHEMA_SYNC_DAEMON_LINE] = "lvs_sync_daemon",
	    [SCHEMA_SYNC] = "sync",
	    [SCHEMA_LISTEN_LINE] = "listen",
	    [SCHEMA_RELAY_PEER_LINE] = "peer of sync",
	    [SCHEMA_KEY_FILE_LINE] = "key_file",
	    [SCHEMA_TIMEOUTS_LINE] = "lvs_timeouts",
	    [SCHEMA_FLAP_LINE] = "flap_damping",
	    [SCHEMA_SSL] = "SSL",
	    [SCHEMA_VRRP_INSTANCE] = "vrrp_instance",
	    [SCHEMA_AUTHENTICATION] = "authentication",
	    [SCHEMA_UNICAST_PEER] = "unicast_peer",
	    [SCHEMA_VIRTUAL_IPADDRESS] = "virtual_ipaddress",
	    [SCHEMA_VIP_LINE] = "an address",
	    [SCHEMA_VIRTUAL_SERVER_GROUP] = "virtual_server_group",
	    [SCHEMA_VIRTUAL_SERVER] = "virtual_server",
	    [SCHEMA_TUNNEL_LINE] = "lvs_method TUN",
	    [SCHEMA_REAL_SERVER] = "real_server",
	    CONF_KINDS(KIND_NAME) CONF_IDLE_KINDS(IDLE_NAME) /* TCP_CHECK, ... */
	    [SCHEMA_URL] = "url",
	    [SCHEMA_DIALOGUE] = "dialogue",
	    [SCHEMA_STEP_LINE] = "a step of dialogue",
	    [SCHEMA_LINKBEAT_INTERFACES] = "linkbeat_interfaces",
	    [SCHEMA_LINKBEAT_LINE] = "an interface of linkbeat_interfaces",
	    [SCHEMA_UP_DOWN_DELAYS] = "interface_up_down_delays",
	    [SCHEMA_DELAY_LINE] = "an interface of interface_up_down_delays",
	    [SCHEMA_GARP_GROUP] = "garp_group",
	    [SCHEMA_GARP_INTERFACES] = "interfaces",
	    [SCHEMA_TRACK_GROUP] = "track_group",
	    [SCHEMA_GROUP] = "group",
	    [SCHEMA_STATIC_IPADDRESS] = "static_ipaddress",
	    [SCHEMA_STATIC_ROUTES] = "static_routes",
	    [SCHEMA_STATIC_RULES] = "static_rules",
	    [SCHEMA_ROUTE_LINE] = "a route",
	    [SCHEMA_NEXTHOP_LINE] = "nexthop",
	    [SCHEMA_ENCAP_LINE] = "encap",
	    [SCHEMA_RULE_LINE] = "a rule",
	    [SCHEMA_NOTIFICATION_EMAIL] = "notification_email",
	    [SCHEMA_VIRTUAL_IPADDRESS_EXCLUDED] = "virtual_ipaddress_excluded",
	    [SCHEMA_VIRTUAL_ROUTES] = "virtual_routes",
	    [SCHEMA_VIRTUAL_RULES] = "virtual_rules",
	    [SCHEMA_PEER_LINE] = "an address of unicast_peer",
	    [SCHEMA_VMAC_LINE] = "use_vmac",
	    [SCHEMA_IPVLAN_LINE] = "use_ipvlan",
	    [SCHEMA_AUTH_HMAC] = "auth_hmac",
	    [SCHEMA_VRRP_SYNC_GROUP] = "vrrp_sync_group",
	    [SCHEMA_TRACK_INTERFACE] = "track_interface",
	    [SCHEMA_TRACK_SCRIPT] = "track_script",
	    [SCHEMA_TRACK_FILES] = "track_file of an instance",
	    [SCHEMA_TRACK_PROCESS] = "track_process",
	    [SCHEMA_TRACK_BFD] = "track_bfd",
	    [SCHEMA_TRACK_VIRTUAL_SERVER] = "track_virtual_server",
	    [SCHEMA_TRACK_ROUTE] = "track_route",
	    [SCHEMA_TRACK_LINE] = "a line of track_script, track_bfd or track_virtual_server",
	    [SCHEMA_TRACK_WIDE_LINE] = "a line of track_interface, track_file, track_process or track_route",
	    [SCHEMA_WEIGHT_LINE] = "weight",
	    [SCHEMA_VRRP_SCRIPT] = "vrrp_script",
	    [SCHEMA_TRACK_FILE] = "track_file",
	    [SCHEMA_INIT_FILE_LINE] = "init_file",
	    [SCHEMA_VRRP_TRACK_PROCESS] = "vrrp_track_process",
	    [SCHEMA_SMTP_HOST] = "host",
	    [SCHEMA_BFD_INSTANCE] = "bfd_instance",
	    [SCHEMA_MATCH] = "match",
	};

	return names[block];
}

#define KIND_SETS(name, keyword, object, runner, probe, sets) {SCHEMA_##keyword, sets},
#define IDLE_SETS(keyword, object, sets)                      {SCHEMA_##keyword, sets},

/* The blocks of the kinds of checks, and the sets that each of them is in. */
static const struct {
	enum schema_block block;
	int sets;
} checks[] = {CONF_KINDS(KIND_SETS) CONF_IDLE_KINDS(IDLE_SETS)};

size_t schema_places(const struct schema_keyword *row,
		     enum schema_block ret_places[static SCHEMA_N_BLOCKS])
{
	size_t n_places = 0;

	for (size_t k = 0; k < SCHEMA_PLACES_MAX && row->in[k]; k++) {
		if (row->in[k] < SCHEMA_N_BLOCKS) {
			ret_places[n_places++] = row->in[k];
			continue;
		}
		for (size_t n = 0; n < sizeof(checks) / sizeof(checks[0]); n++)
			if (checks[n].sets & (int)row->in[k])
				ret_places[n_places++] = checks[n].block;
	}
	return n_places;
}

enum schema_block schema_place(const struct schema_keyword *row, size_t i)
{
	enum schema_block places[SCHEMA_N_BLOCKS];

	return i < schema_places(row, places) ? places[i] : SCHEMA_NONE;
}

bool schema_stands_in(const struct schema_keyword *row, enum schema_block block)
{
	enum schema_block places[SCHEMA_N_BLOCKS];
	size_t n = schema_places(row, places);

	for (size_t i = 0; i < n; i++)
		if (places[i] == block)
			return true;
	return false;
}

bool schema_is_idle(const struct schema_keyword *row)
{
	return row->no_effect || row->replaced;
}

bool schema_is_dangerous(const struct schema_keyword *row)
{
	return schema_is_idle(row) && row->dangerous;
}

const char *schema_choice_name(const struct schema_keyword *row, int64_t number)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		if (choice->number == number)
			return choice->name;
	return NULL;
}

const char schema_not_run[] = "the real server counts as up without it";

const struct schema_choice schema_switch[] = {{"on", 1},  {"off", 0}, {"true", 1}, {"false", 0},
					      {"yes", 1}, {"no", 0},  {0}};
