/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/rules.h"

#include <linux/ip_vs.h>
#include <string.h>

#define BIT(option) (1ULL << (option))

static const char *const option_names[N_OPTIONS] = {
    [OPTION_NUMERIC] = "numeric",
    [OPTION_CONNECTION] = "connection",
    [OPTION_SERVICE] = "service-address",
    [OPTION_SCHEDULER] = "scheduler",
    [OPTION_PERSISTENT] = "persistent",
    [OPTION_NETMASK] = "netmask",
    [OPTION_SERVER] = "real-server",
    [OPTION_METHOD] = "forwarding-method",
    [OPTION_WEIGHT] = "weight",
    [OPTION_UPPER] = "u-threshold",
    [OPTION_LOWER] = "l-threshold",
    [OPTION_MCAST_INTERFACE] = "mcast-interface",
    [OPTION_TIMEOUT] = "timeout",
    [OPTION_DAEMON] = "daemon",
    [OPTION_STATS] = "stats",
    [OPTION_RATE] = "rate",
    [OPTION_THRESHOLDS] = "thresholds",
    [OPTION_PERSISTENT_CONN] = "persistent-conn",
    [OPTION_NOSORT] = "nosort",
    [OPTION_SYNCID] = "syncid",
    [OPTION_EXACT] = "exact",
    [OPTION_ONE_PACKET] = "ops",
    [OPTION_PE] = "pe",
    [OPTION_SCHED_FLAGS] = "sched-flags",
    [OPTION_MCAST_GROUP] = "mcast-group",
    [OPTION_MCAST_PORT] = "mcast-port",
    [OPTION_MCAST_TTL] = "mcast-ttl",
    [OPTION_SYNC_MAXLEN] = "sync-maxlen",
    [OPTION_TUN_INFO] = "tun-info",
    [OPTION_TUN_TYPE] = "tun-type",
    [OPTION_TUN_PORT] = "tun-port",
    [OPTION_TUN_NOCSUM] = "tun-nocsum",
    [OPTION_TUN_CSUM] = "tun-csum",
    [OPTION_TUN_REMCSUM] = "tun-remcsum",
    [OPTION_JSON] = "json",
    [OPTION_REPLACE] = "replace",
};

/* The options that a command or tunnel must have, may have, and may have only one of. It must not
 * have any other. */
struct rule {
	const char *name;
	uint64_t must, may, one_of;
};

#define SERVICE_MAY                                                                                \
	(BIT(OPTION_SCHEDULER) | BIT(OPTION_PERSISTENT) | BIT(OPTION_NETMASK) |                    \
	 BIT(OPTION_ONE_PACKET) | BIT(OPTION_PE) | BIT(OPTION_SCHED_FLAGS))
#define DEST_MUST (BIT(OPTION_SERVICE) | BIT(OPTION_SERVER))
#define DEST_MAY                                                                                   \
	(BIT(OPTION_METHOD) | BIT(OPTION_WEIGHT) | BIT(OPTION_UPPER) | BIT(OPTION_LOWER) |         \
	 BIT(OPTION_TUN_TYPE) | BIT(OPTION_TUN_PORT) | BIT(OPTION_TUN_NOCSUM) |                    \
	 BIT(OPTION_TUN_CSUM) | BIT(OPTION_TUN_REMCSUM))
#define LIST_MAY                                                                                   \
	(BIT(OPTION_NUMERIC) | BIT(OPTION_STATS) | BIT(OPTION_RATE) | BIT(OPTION_THRESHOLDS) |     \
	 BIT(OPTION_PERSISTENT_CONN) | BIT(OPTION_NOSORT) | BIT(OPTION_SYNCID) |                   \
	 BIT(OPTION_EXACT) | BIT(OPTION_TUN_INFO) | BIT(OPTION_JSON))
#define LIST_ONE_OF                                                                                \
	(BIT(OPTION_CONNECTION) | BIT(OPTION_SERVICE) | BIT(OPTION_TIMEOUT) | BIT(OPTION_DAEMON))
#define DAEMON_MAY                                                                                 \
	(BIT(OPTION_MCAST_INTERFACE) | BIT(OPTION_SYNCID) | BIT(OPTION_MCAST_GROUP) |              \
	 BIT(OPTION_MCAST_PORT) | BIT(OPTION_MCAST_TTL) | BIT(OPTION_SYNC_MAXLEN))

static const struct rule command_rules[] = {
    [COMMAND_ADD_SERVICE] = {"add-service", BIT(OPTION_SERVICE), SERVICE_MAY, 0},
    [COMMAND_EDIT_SERVICE] = {"edit-service", BIT(OPTION_SERVICE), SERVICE_MAY, 0},
    [COMMAND_DEL_SERVICE] = {"delete-service", BIT(OPTION_SERVICE), 0, 0},
    [COMMAND_CLEAR] = {"flush", 0, 0, 0},
    [COMMAND_LIST] = {"list", 0, LIST_MAY, LIST_ONE_OF},
    [COMMAND_ADD_DEST] = {"add-server", DEST_MUST, DEST_MAY, 0},
    [COMMAND_DEL_DEST] = {"delete-server", DEST_MUST, 0, 0},
    [COMMAND_EDIT_DEST] = {"edit-server", DEST_MUST, DEST_MAY, 0},
    [COMMAND_SET_TIMEOUTS] = {"set", 0, 0, 0},
    [COMMAND_START_DAEMON] = {"start-daemon", 0, DAEMON_MAY, 0},
    [COMMAND_STOP_DAEMON] = {"stop-daemon", 0, BIT(OPTION_SYNCID), 0},
    [COMMAND_RESTORE] = {"restore", 0, BIT(OPTION_REPLACE), 0},
    [COMMAND_SAVE] = {"save", 0, BIT(OPTION_NUMERIC), 0},
    [COMMAND_ZERO] = {"zero", 0, BIT(OPTION_SERVICE), 0},
    [COMMAND_HELP] = {"help", 0, ~0ULL, 0},
    [COMMAND_VERSION] = {"version", 0, ~0ULL, 0},
};

#define CSUM_BITS   (BIT(OPTION_TUN_NOCSUM) | BIT(OPTION_TUN_CSUM))
#define TUNNEL_BITS (BIT(OPTION_TUN_PORT) | CSUM_BITS | BIT(OPTION_TUN_REMCSUM))

static const struct rule tunnel_rules[] = {
    [IP_VS_CONN_F_TUNNEL_TYPE_IPIP] = {"ipip", 0, 0, 0},
    [IP_VS_CONN_F_TUNNEL_TYPE_GUE] = {"gue", BIT(OPTION_TUN_PORT), 0,
				      CSUM_BITS | BIT(OPTION_TUN_REMCSUM)},
    [IP_VS_CONN_F_TUNNEL_TYPE_GRE] = {"gre", 0, 0, CSUM_BITS},
};

#define N_TUNNELS (sizeof(tunnel_rules) / sizeof(tunnel_rules[0]))

const char *rules_option_name(enum command_option option)
{
	return option_names[option];
}

static enum command_error check(const struct rule *rule, const char *what, uint64_t options,
				struct err *err)
{
	const char *first = NULL;
	uint64_t chosen = options & rule->one_of;

	if (!(rule->must & ~options) && !(options & ~(rule->must | rule->may | rule->one_of)) &&
	    !(chosen & (chosen - 1)))
		return COMMAND_OK;
	for (unsigned i = 0; i < N_OPTIONS; i++) {
		uint64_t bit = BIT(i);

		if (rule->must & ~options & bit)
			return err_set(err, COMMAND_WRONG,
				       "You need to supply the '%s' option for the '%s' %s",
				       option_names[i], rule->name, what);
		if (!(options & bit))
			continue;
		if (!((rule->must | rule->may | rule->one_of) & bit))
			return err_set(err, COMMAND_WRONG, "Illegal '%s' option with the '%s' %s",
				       option_names[i], rule->name, what);
		if (!(rule->one_of & bit))
			continue;
		if (first)
			return err_set(
			    err, COMMAND_WRONG,
			    "The option '%s' conflicts with the '%s' option in the '%s' %s",
			    option_names[i], first, rule->name, what);
		first = option_names[i];
	}
	return COMMAND_OK;
}

enum command_error rules_check_command(enum command_kind kind, uint64_t options, struct err *err)
{
	return check(&command_rules[kind], "command", options, err);
}

enum command_error rules_check_tunnel(uint8_t tun_type, uint64_t options, struct err *err)
{
	return check(&tunnel_rules[tun_type], "tunnel type", options & TUNNEL_BITS, err);
}

bool rules_has_tunnel(uint64_t options)
{
	return options & (BIT(OPTION_TUN_TYPE) | TUNNEL_BITS);
}

int rules_tunnel_type(const char *name)
{
	for (size_t i = 0; i < N_TUNNELS; i++)
		if (!strcmp(tunnel_rules[i].name, name))
			return (int)i;
	return -1;
}

const char *rules_tunnel_name(uint8_t tun_type)
{
	return tun_type < N_TUNNELS ? tunnel_rules[tun_type].name : NULL;
}
