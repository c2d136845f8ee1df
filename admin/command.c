/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/command.h"

#include "admin/complete.h"
#include "admin/rules.h"
#include "admin/scan.h"
#include "admin/values.h"

#include <arpa/inet.h>
#include <limits.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MAX         (31L * 86400)
#define PERSISTENCE_DEFAULT 360

/* The manual of ipvsadm has named both limits; schedulers can use only this one. */
#define WEIGHT_MAX       65535
#define WEIGHT_MAX_PLAIN INT_MAX

/* The most data that an IPv4 datagram can have. */
#define SYNC_MAXLEN_MAX (65535 - 20 - 8)

/* Ids of options that share a bit of enum command_option, or have none. */
enum {
	ID_UDP_SERVICE = N_OPTIONS,
	ID_SCTP_SERVICE,
	ID_MARK_SERVICE,
	ID_MASQUERADING,
	ID_IPIP,
	ID_GATEWAYING,
	ID_SORT,
	ID_IPV6,
	ID_COMMAND, /* the first of the commands */
};

#define COMMAND(name, letter, kind)                                                                \
	{                                                                                          \
		name, letter, SCAN_VALUE_NONE, ID_COMMAND + (kind)                                 \
	}
#define FLAG(name, letter, id)                                                                     \
	{                                                                                          \
		name, letter, SCAN_VALUE_NONE, id                                                  \
	}
#define VALUE(name, letter, id)                                                                    \
	{                                                                                          \
		name, letter, SCAN_VALUE_REQUIRED, id                                              \
	}

/* lvsadm's own options come first, so that ipvsadm's table is the rest of this one. Then come the
 * most frequent options of files, because the table is searched in this order. */
static const struct scan_option option_table[] = {
    FLAG("json", 0, OPTION_JSON),
    FLAG("replace", 0, OPTION_REPLACE),
    VALUE("tcp-service", 't', OPTION_SERVICE),
    VALUE("real-server", 'r', OPTION_SERVER),
    VALUE("weight", 'w', OPTION_WEIGHT),
    COMMAND("add-server", 'a', COMMAND_ADD_DEST),
    FLAG("masquerading", 'm', ID_MASQUERADING),
    FLAG("gatewaying", 'g', ID_GATEWAYING),
    COMMAND("add-service", 'A', COMMAND_ADD_SERVICE),
    VALUE("scheduler", 's', OPTION_SCHEDULER),
    COMMAND("edit-service", 'E', COMMAND_EDIT_SERVICE),
    COMMAND("delete-service", 'D', COMMAND_DEL_SERVICE),
    COMMAND("clear", 'C', COMMAND_CLEAR),
    COMMAND("list", 'L', COMMAND_LIST),
    COMMAND("list", 'l', COMMAND_LIST),
    COMMAND("zero", 'Z', COMMAND_ZERO),
    COMMAND("edit-server", 'e', COMMAND_EDIT_DEST),
    COMMAND("delete-server", 'd', COMMAND_DEL_DEST),
    COMMAND("set", 0, COMMAND_SET_TIMEOUTS),
    COMMAND("help", 'h', COMMAND_HELP),
    COMMAND("version", 'v', COMMAND_VERSION),
    COMMAND("restore", 'R', COMMAND_RESTORE),
    COMMAND("save", 'S', COMMAND_SAVE),
    VALUE("start-daemon", 0, ID_COMMAND + COMMAND_START_DAEMON),
    VALUE("stop-daemon", 0, ID_COMMAND + COMMAND_STOP_DAEMON),
    VALUE("udp-service", 'u', ID_UDP_SERVICE),
    VALUE("sctp-service", 0, ID_SCTP_SERVICE),
    VALUE("fwmark-service", 'f', ID_MARK_SERVICE),
    {"persistent", 'p', SCAN_VALUE_OPTIONAL, OPTION_PERSISTENT},
    VALUE("netmask", 'M', OPTION_NETMASK),
    FLAG("ipip", 'i', ID_IPIP),
    VALUE("u-threshold", 'x', OPTION_UPPER),
    VALUE("l-threshold", 'y', OPTION_LOWER),
    FLAG("numeric", 'n', OPTION_NUMERIC),
    FLAG("connection", 'c', OPTION_CONNECTION),
    VALUE("mcast-interface", 0, OPTION_MCAST_INTERFACE),
    VALUE("syncid", 0, OPTION_SYNCID),
    FLAG("timeout", 0, OPTION_TIMEOUT),
    FLAG("daemon", 0, OPTION_DAEMON),
    FLAG("stats", 0, OPTION_STATS),
    FLAG("rate", 0, OPTION_RATE),
    FLAG("thresholds", 0, OPTION_THRESHOLDS),
    FLAG("persistent-conn", 0, OPTION_PERSISTENT_CONN),
    FLAG("nosort", 0, OPTION_NOSORT),
    FLAG("sort", 0, ID_SORT),
    FLAG("exact", 'X', OPTION_EXACT),
    FLAG("ipv6", '6', ID_IPV6),
    FLAG("ops", 'o', OPTION_ONE_PACKET),
    VALUE("pe", 0, OPTION_PE),
    VALUE("sched-flags", 'b', OPTION_SCHED_FLAGS),
    VALUE("mcast-group", 0, OPTION_MCAST_GROUP),
    VALUE("mcast-port", 0, OPTION_MCAST_PORT),
    VALUE("mcast-ttl", 0, OPTION_MCAST_TTL),
    VALUE("sync-maxlen", 0, OPTION_SYNC_MAXLEN),
    FLAG("tun-info", 0, OPTION_TUN_INFO),
    VALUE("tun-type", 0, OPTION_TUN_TYPE),
    VALUE("tun-port", 0, OPTION_TUN_PORT),
    FLAG("tun-nocsum", 0, OPTION_TUN_NOCSUM),
    FLAG("tun-csum", 0, OPTION_TUN_CSUM),
    FLAG("tun-remcsum", 0, OPTION_TUN_REMCSUM),
    {NULL, 0, SCAN_VALUE_NONE, 0},
};

/* The options of ipvsadm begin here. */
#define N_OWN_OPTIONS 2

/* A command while its words are read. Words that were read decide how the next are understood. */
struct reading {
	struct command command;
	const struct command_names *names;
	bool is_plain;
	uint16_t protocol;       /* the protocol of port names; TCP with a mark */
	const char *sched_flags; /* checked when the scheduler is known */
	struct err *err;
};

static enum command_error wrong(struct reading *reading, const char *sentence)
{
	return err_set(reading->err, COMMAND_WRONG, "%s", sentence);
}

static enum command_error set_option(struct reading *reading, enum command_option option)
{
	if (command_has(&reading->command, option))
		return err_set(reading->err, COMMAND_WRONG, "multiple '%s' options specified",
			       rules_option_name(option));
	reading->command.options |= 1ULL << option;
	return COMMAND_OK;
}

/* Reads a number from min to max into *ret_value. Returns COMMAND_OK, or an error with its
 * sentence. */
static enum command_error set_number(struct reading *reading, const char *text, long min, long max,
				     const char *sentence, uint32_t *ret_value)
{
	long number = values_number(text, min, max);

	if (number < 0)
		return wrong(reading, sentence);
	*ret_value = (uint32_t)number;
	return COMMAND_OK;
}

static enum command_error set_timeout(struct reading *reading, const char *text, long min,
				      uint32_t *ret_value)
{
	long number = values_number(text, min, TIMEOUT_MAX);

	if (number < 0)
		return err_set(reading->err, COMMAND_WRONG, "invalid timeout value `%s' specified",
			       text);
	*ret_value = (uint32_t)number;
	return COMMAND_OK;
}

/* The kernel's names have 16 bytes. A longer name is cut, as ipvsadm does. */
static void set_name(char name[static 16], const char *text)
{
	snprintf(name, 16, "%s", text);
}

static enum command_error set_address(struct reading *reading, uint16_t protocol, const char *text)
{
	struct ipvs_service *service = &reading->command.service;

	reading->protocol = protocol;
	if (values_endpoint(text, protocol, reading->names, &service->key.ep) == VALUES_NOTHING)
		return wrong(reading, "illegal virtual server address[:port] specified");
	service->key.protocol = protocol;
	service->key.family = service->key.ep.addr.family;
	if (service->key.family == AF_INET6)
		service->netmask = 128;
	return COMMAND_OK;
}

static enum command_error set_mark(struct reading *reading, const char *text)
{
	struct svckey *key = &reading->command.service.key;

	reading->protocol = IPPROTO_TCP;
	key->family = AF_INET;
	if (values_mark(text, &key->fwmark) < 0)
		return err_set(reading->err, COMMAND_WRONG, "invalid fwmark value `%s' specified",
			       text);
	return COMMAND_OK;
}

static enum command_error set_netmask(struct reading *reading, const char *text)
{
	struct ipvs_service *service = &reading->command.service;
	int prefix = atoi(text);

	if (service->key.family != AF_INET6) {
		if (values_netmask(text, reading->names, &service->netmask) < 0)
			return wrong(reading, "illegal virtual server persistent mask specified");
		return COMMAND_OK;
	}
	if (prefix < 1 || prefix > 128)
		return wrong(reading, "illegal ipv6 netmask specified");
	service->netmask = (uint32_t)prefix;
	return COMMAND_OK;
}

/* A real server without a port gets that of the service, if the service was named before. */
static enum command_error set_server(struct reading *reading, const char *text)
{
	reading->command.dest.ep = reading->command.service.key.ep;
	if (values_endpoint(text, reading->protocol, reading->names, &reading->command.dest.ep) ==
	    VALUES_NOTHING)
		return wrong(reading, "illegal real server address[:port] specified");
	return COMMAND_OK;
}

static enum command_error set_method(struct reading *reading, enum ipvs_method method)
{
	reading->command.dest.method = method;
	return COMMAND_OK;
}

static enum command_error set_ipv6(struct reading *reading)
{
	struct ipvs_service *service = &reading->command.service;

	if (!service->key.fwmark)
		return wrong(reading, "-6 used before -f\n");
	service->key.family = AF_INET6;
	service->netmask = 128;
	return COMMAND_OK;
}

static enum command_error set_persistence(struct reading *reading, const char *text)
{
	struct ipvs_service *service = &reading->command.service;

	service->flags |= IP_VS_SVC_F_PERSISTENT;
	service->timeout = PERSISTENCE_DEFAULT;
	return text ? set_timeout(reading, text, 1, &service->timeout) : COMMAND_OK;
}

static enum command_error set_pe(struct reading *reading, const char *text)
{
	if (strlen(text) >= IPVS_PE_MAX)
		return err_set(reading->err, COMMAND_WRONG,
			       "persistence engine `%s' has too long a name", text);
	set_name(reading->command.service.pe, text);
	return COMMAND_OK;
}

static enum command_error set_mcast_group(struct reading *reading, const char *text)
{
	bool is_v6 = strchr(text, ':');

	if (addr_parse(text, &reading->command.daemon.group) < 0 ||
	    !addr_is_multicast(&reading->command.daemon.group))
		return err_set(reading->err, COMMAND_WRONG, "invalid %s mcast-group `%s'",
			       is_v6 ? "IPv6" : "IPv4", text);
	return COMMAND_OK;
}

static enum command_error set_tunnel_type(struct reading *reading, const char *text)
{
	int type = rules_tunnel_type(text);

	if (type < 0)
		return wrong(reading, "illegal tunnel type specified");
	reading->command.dest.tun_type = (uint8_t)type;
	return COMMAND_OK;
}

/* Reads an option about a service. */
static enum command_error read_service_option(struct reading *reading, int id, const char *value)
{
	struct ipvs_service *service = &reading->command.service;

	switch (id) {
	case OPTION_SERVICE:
		return set_address(reading, IPPROTO_TCP, value);
	case ID_UDP_SERVICE:
		return set_address(reading, IPPROTO_UDP, value);
	case ID_SCTP_SERVICE:
		return set_address(reading, IPPROTO_SCTP, value);
	case ID_MARK_SERVICE:
		return set_mark(reading, value);
	case ID_IPV6:
		return set_ipv6(reading);
	case OPTION_SCHEDULER:
		set_name(service->scheduler, value);
		break;
	case OPTION_PERSISTENT:
		return set_persistence(reading, value);
	case OPTION_NETMASK:
		return set_netmask(reading, value);
	case OPTION_ONE_PACKET:
		service->flags |= IP_VS_SVC_F_ONEPACKET;
		break;
	case OPTION_PE:
		return set_pe(reading, value);
	case OPTION_SCHED_FLAGS:
		reading->sched_flags = value;
		break;
	}
	return COMMAND_OK;
}

/* Reads an option about a real server. */
static enum command_error read_dest_option(struct reading *reading, int id, const char *value)
{
	struct ipvs_dest *dest = &reading->command.dest;
	enum command_error rc = COMMAND_OK;
	uint32_t number = 0;

	switch (id) {
	case OPTION_SERVER:
		return set_server(reading, value);
	case ID_MASQUERADING:
		return set_method(reading, IPVS_METHOD_NAT);
	case ID_IPIP:
		return set_method(reading, IPVS_METHOD_TUN);
	case ID_GATEWAYING:
		return set_method(reading, IPVS_METHOD_DR);
	case OPTION_WEIGHT:
		return set_number(reading, value, 0,
				  reading->is_plain ? WEIGHT_MAX_PLAIN : WEIGHT_MAX,
				  "illegal weight specified", &dest->weight);
	case OPTION_UPPER:
		return set_number(reading, value, 0, INT_MAX, "illegal u_threshold specified",
				  &dest->upper_threshold);
	case OPTION_LOWER:
		return set_number(reading, value, 0, INT_MAX, "illegal l_threshold specified",
				  &dest->lower_threshold);
	case OPTION_TUN_TYPE:
		return set_tunnel_type(reading, value);
	case OPTION_TUN_PORT:
		rc = set_number(reading, value, 1, 65535, "illegal tunnel port specified", &number);
		dest->tun_port = (uint16_t)number;
		break;
	case OPTION_TUN_CSUM:
		dest->tun_flags |= IP_VS_TUNNEL_ENCAP_FLAG_CSUM;
		break;
	case OPTION_TUN_REMCSUM:
		dest->tun_flags |= IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM;
		break;
	}
	return rc;
}

/* Reads an option about the synchronization daemons. */
static enum command_error read_daemon_option(struct reading *reading, int id, const char *value)
{
	struct sync_daemon *daemon = &reading->command.daemon;
	enum command_error rc = COMMAND_OK;
	uint32_t number = 0;

	switch (id) {
	case OPTION_MCAST_INTERFACE:
		set_name(daemon->interface, value);
		break;
	case OPTION_SYNCID:
		return set_number(reading, value, 0, 255, "illegal syncid specified",
				  &daemon->syncid);
	case OPTION_MCAST_GROUP:
		return set_mcast_group(reading, value);
	case OPTION_MCAST_PORT:
		rc = set_number(reading, value, 1, 65535, "illegal mcast-port specified", &number);
		daemon->port = (uint16_t)number;
		break;
	case OPTION_MCAST_TTL:
		rc = set_number(reading, value, 1, 255, "illegal mcast-ttl specified", &number);
		daemon->ttl = (uint8_t)number;
		break;
	case OPTION_SYNC_MAXLEN:
		rc = set_number(reading, value, 1, SYNC_MAXLEN_MAX, "illegal sync-maxlen specified",
				&number);
		daemon->maxlen = (uint16_t)number;
		break;
	}
	return rc;
}

/* The option's bit; -1: it has none. */
static int bit_of(int id)
{
	switch (id) {
	case ID_UDP_SERVICE:
	case ID_SCTP_SERVICE:
	case ID_MARK_SERVICE:
		return OPTION_SERVICE;
	case ID_MASQUERADING:
	case ID_IPIP:
	case ID_GATEWAYING:
		return OPTION_METHOD;
	case ID_SORT:
	case ID_IPV6:
		return -1;
	}
	return id;
}

static enum command_error read_option(struct reading *reading, int id, const char *value)
{
	int bit = bit_of(id);
	enum command_error rc =
	    bit < 0 ? COMMAND_OK : set_option(reading, (enum command_option)bit);

	if (rc == COMMAND_OK)
		rc = read_service_option(reading, id, value);
	if (rc == COMMAND_OK)
		rc = read_dest_option(reading, id, value);
	if (rc == COMMAND_OK)
		rc = read_daemon_option(reading, id, value);
	return rc;
}

static enum command_error read_role(struct reading *reading, const char *value)
{
	if (!strcmp(value, "master"))
		reading->command.daemon.role = SYNC_ROLE_MASTER;
	else if (!strcmp(value, "backup"))
		reading->command.daemon.role = SYNC_ROLE_BACKUP;
	else if (reading->command.kind == COMMAND_START_DAEMON)
		return wrong(reading, "illegal start-daemon parameter specified");
	else
		return wrong(reading, "illegal start_daemon specified");
	return COMMAND_OK;
}

static enum command_error read_kind(struct reading *reading, struct scan *scan)
{
	const char *value;
	int id = scan_next(scan, &value);

	if (id < ID_COMMAND)
		return COMMAND_NONE;
	reading->command.kind = (enum command_kind)(id - ID_COMMAND);
	return value ? read_role(reading, value) : COMMAND_OK;
}

static enum command_error read_options(struct reading *reading, struct scan *scan)
{
	enum command_error rc = COMMAND_OK;
	const char *value;
	int id;

	while (rc == COMMAND_OK && (id = scan_next(scan, &value)) >= 0) {
		if (id >= ID_COMMAND)
			return err_set(reading->err, COMMAND_WRONG, "invalid option `%s'",
				       scan_bad_word(scan));
		rc = read_option(reading, id, value);
	}
	if (rc == COMMAND_OK && id < SCAN_END)
		return err_set(reading->err, COMMAND_BAD_WORD, "%s: %s", scan_bad_word(scan),
			       scan_error(id));
	return rc;
}

/* Reads the words that are no options: three with --set, otherwise none are allowed. */
static enum command_error read_arguments(struct reading *reading, struct scan *scan)
{
	struct ipvs_timeouts *timeouts = &reading->command.timeouts;
	uint32_t *const values[] = {&timeouts->tcp, &timeouts->tcp_fin, &timeouts->udp};
	const char *const *words = scan->arguments.items;
	size_t n_taken = 0;

	if (reading->command.kind == COMMAND_SET_TIMEOUTS) {
		if (scan->arguments.n < 3)
			return wrong(reading, "--set option requires 3 timeout values");
		for (; n_taken < 3; n_taken++) {
			enum command_error rc =
			    set_timeout(reading, words[n_taken], 0, values[n_taken]);

			if (rc != COMMAND_OK)
				return rc;
		}
	}
	if (n_taken < scan->arguments.n)
		return err_set(reading->err, COMMAND_WRONG, "unexpected argument %s",
			       words[n_taken]);
	return COMMAND_OK;
}

/* After --help and --version the rest of the line does not matter. */
static enum command_error read_rest(struct reading *reading, struct scan *scan)
{
	enum command_error rc;

	if (reading->command.kind == COMMAND_HELP || reading->command.kind == COMMAND_VERSION)
		return COMMAND_OK;
	rc = read_options(reading, scan);
	if (rc == COMMAND_OK)
		rc = read_arguments(reading, scan);
	if (rc != COMMAND_OK)
		return rc;
	return complete_command(&reading->command, reading->sched_flags, reading->err);
}

enum command_error command_parse(const char *const *words, size_t n_words, bool is_plain,
				 const struct command_names *names, struct command *ret_command,
				 struct err *err)
{
	struct reading reading = {
	    .command = {.service.netmask = 0xffffffff,
			.dest = {.weight = 1, .method = IPVS_METHOD_DR}},
	    .names = names,
	    .is_plain = is_plain,
	    .err = err,
	};
	enum command_error rc;
	struct scan scan;

	scan_init(&scan, option_table + (is_plain ? N_OWN_OPTIONS : 0), words, n_words);
	rc = read_kind(&reading, &scan);
	if (rc == COMMAND_OK)
		rc = read_rest(&reading, &scan);
	scan_fini(&scan);
	if (rc == COMMAND_OK)
		*ret_command = reading.command;
	return rc;
}
