/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/format.h"

#include "admin/rules.h"

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <stdlib.h>
#include <string.h>

#define SCHED_FLAGS (IP_VS_SVC_F_SCHED1 | IP_VS_SVC_F_SCHED2 | IP_VS_SVC_F_SCHED3)

/* Columns for a name in a listing. A longer IPv4 name is cut; an IPv6 name is not. */
#define SERVICE_COLUMNS 33
#define DEST_COLUMNS    28

/* The longest name of a service: the option of its protocol, then its endpoint. */
#define SERVICE_NAME_MAX (FORMAT_ENDPOINT_MAX + 20)

void format_version(const struct format *format, const struct ipvs_info *info)
{
	fprintf(format->out, "IP Virtual Server version %u.%u.%u (size=%u)\n",
		info->version >> 16 & 0xff, info->version >> 8 & 0xff, info->version & 0xff,
		info->size);
}

void format_title(const struct format *format)
{
	static const char local[] = "Prot LocalAddress:Port", remote[] = "  -> RemoteAddress:Port";
	FILE *out = format->out;

	switch (format->kind) {
	case FORMAT_STATS:
		fprintf(out, "%-33s %8s %8s %8s %8s %8s\n%s\n", local, "Conns", "InPkts", "OutPkts",
			"InBytes", "OutBytes", remote);
		break;
	case FORMAT_RATE:
		fprintf(out, "%-33s %8s %8s %8s %8s %8s\n%s\n", local, "CPS", "InPPS", "OutPPS",
			"InBPS", "OutBPS", remote);
		break;
	case FORMAT_THRESHOLDS:
		fprintf(out, "%-33s %-10s %-10s %-10s %-10s\n%s\n", local, "Uthreshold",
			"Lthreshold", "ActiveConn", "InActConn", remote);
		break;
	case FORMAT_PERSISTENT_CONN:
		fprintf(out, "%-33s %-9s %-11s %-10s %-10s\n%s\n", local, "Weight", "PersistConn",
			"ActiveConn", "InActConn", remote);
		break;
	case FORMAT_TUN_INFO:
		fprintf(out, "%s Scheduler Flags\n%-34sForward %-13s Weight %s %s\n", local, remote,
			"TunnelInfo", "ActiveConn", "InActConn");
		break;
	case FORMAT_PLAIN:
		fprintf(out, "%s Scheduler Flags\n%-34sForward Weight %s %s\n", local, remote,
			"ActiveConn", "InActConn");
		break;
	case FORMAT_RULES:
		break;
	}
}

/* Prints a blank and eight columns, with a unit if the number is too long for them. */
static void print_count(const struct format *format, uint64_t count)
{
	static const struct {
		uint64_t below, divisor;
		char unit;
	} scales[] = {
	    {1000000000, 1000, 'K'},
	    {100000000000, 1000000, 'M'},
	    {100000000000000, 1000000000, 'G'},
	    {UINT64_MAX, 1000000000000, 'T'},
	};
	size_t i = 0;

	if (count < 100000000) {
		fprintf(format->out, "%9llu", (unsigned long long)count);
	} else if (format->is_exact) {
		fprintf(format->out, " %8llu", (unsigned long long)count);
	} else {
		while (i < 3 && count >= scales[i].below)
			i++;
		fprintf(format->out, "%8llu%c", (unsigned long long)(count / scales[i].divisor),
			scales[i].unit);
	}
}

static void print_totals(const struct format *format, const struct ipvs_stats *stats)
{
	print_count(format, stats->conns);
	print_count(format, stats->in_packets);
	print_count(format, stats->out_packets);
	print_count(format, stats->in_bytes);
	print_count(format, stats->out_bytes);
}

static const char *protocol_option(uint16_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "-t";
	case IPPROTO_UDP:
		return "-u";
	case IPPROTO_SCTP:
		return "--sctp-service";
	}
	return "--xxx-service";
}

static const char *protocol_title(uint16_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_SCTP:
		return "SCTP";
	}
	return "?";
}

/* The name of a service in a listing. A mark is printed as a signed number, as ipvsadm does. */
static const char *listed_name(const struct svckey *key, const char *endpoint,
			       char name[static SERVICE_NAME_MAX])
{
	bool is_v6 = key->family == AF_INET6;
	size_t size = SERVICE_NAME_MAX;

	if (key->fwmark)
		snprintf(name, size, "FWM  %d%s", (int)key->fwmark, is_v6 ? " IPv6" : "");
	else
		snprintf(name, is_v6 ? size : SERVICE_COLUMNS + 1, "%-4s %s",
			 protocol_title(key->protocol), endpoint);
	return name;
}

/* Rules are printed in pieces: formatting a whole line would take longer than reading it from the
 * kernel. */
static void print_rule_name(FILE *out, const char *option, const struct svckey *key,
			    const char *endpoint)
{
	fputs(option, out);
	if (key->fwmark) {
		fprintf(out, "-f %d%s", (int)key->fwmark, key->family == AF_INET6 ? " -6" : "");
		return;
	}
	fputs(protocol_option(key->protocol), out);
	putc(' ', out);
	fputs(endpoint, out);
}

static void add_flag(char *text, uint32_t flags, uint32_t flag, const char *name)
{
	size_t len = strlen(text);

	if (flags & flag)
		snprintf(text + len, FORMAT_SCHED_FLAGS_MAX - len, "%s%s", len ? "," : "", name);
}

const char *format_sched_flags(const struct ipvs_service *service,
			       char text[static FORMAT_SCHED_FLAGS_MAX])
{
	*text = '\0';
	if (!strcmp(service->scheduler, "sh")) {
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED1, "sh-fallback");
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED2, "sh-port");
	} else if (!strcmp(service->scheduler, "mh")) {
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED1, "mh-fallback");
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED2, "mh-port");
	} else {
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED1, "flag-1");
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED2, "flag-2");
		add_flag(text, service->flags, IP_VS_SVC_F_SCHED3, "flag-3");
	}
	return text;
}

/* Prints " persistent 300 mask 255.255.255.0", or the same as options. */
static void print_persistence(const struct format *format, const struct ipvs_service *service)
{
	bool is_rule = format->kind == FORMAT_RULES;
	struct addr mask = addr_from_in((struct in_addr){service->netmask});
	const char *word = is_rule ? "-M" : "mask";
	char text[ADDR_TEXT_MAX];

	if (!(service->flags & IP_VS_SVC_F_PERSISTENT))
		return;
	fprintf(format->out, " %s %u", is_rule ? "-p" : "persistent", service->timeout);
	if (service->key.family == AF_INET && service->netmask != 0xffffffff)
		fprintf(format->out, " %s %s", word, addr_format(&mask, text));
	if (service->key.family == AF_INET6 && service->netmask != 128)
		fprintf(format->out, " %s %i", word, (int)service->netmask);
}

static void print_rule_settings(const struct format *format, const struct ipvs_service *service)
{
	char flags[FORMAT_SCHED_FLAGS_MAX];

	print_persistence(format, service);
	if (*service->pe)
		fprintf(format->out, " --pe %s", service->pe);
	if (service->flags & IP_VS_SVC_F_ONEPACKET)
		fputs(" -o", format->out);
	if (service->flags & SCHED_FLAGS)
		fprintf(format->out, " -b %s", format_sched_flags(service, flags));
}

static void print_listed_settings(const struct format *format, const struct ipvs_service *service)
{
	char flags[FORMAT_SCHED_FLAGS_MAX];

	if (service->flags & SCHED_FLAGS)
		fprintf(format->out, " (%s)", format_sched_flags(service, flags));
	print_persistence(format, service);
	if (*service->pe && service->flags & IP_VS_SVC_F_PERSISTENT)
		fprintf(format->out, " pe %s", service->pe);
	if (service->flags & IP_VS_SVC_F_ONEPACKET)
		fputs(" ops", format->out);
}

static void print_service_rates(const struct format *format, const struct ipvs_stats *stats)
{
	print_count(format, stats->conn_rate);
	print_count(format, stats->in_packet_rate);
	print_count(format, stats->out_packet_rate);
	print_count(format, stats->in_byte_rate);
	print_count(format, stats->out_byte_rate);
}

void format_service(const struct format *format, const struct ipvs_listed_service *listed,
		    const char *endpoint)
{
	const struct ipvs_service *service = &listed->service;
	char name[SERVICE_NAME_MAX];

	if (format->kind != FORMAT_RULES)
		listed_name(&service->key, endpoint, name);
	switch (format->kind) {
	case FORMAT_RULES:
		print_rule_name(format->out, "-A ", &service->key, endpoint);
		fputs(" -s ", format->out);
		fputs(service->scheduler, format->out);
		print_rule_settings(format, service);
		break;
	case FORMAT_STATS:
		fprintf(format->out, "%-33s", name);
		print_totals(format, &listed->stats);
		break;
	case FORMAT_RATE:
		fprintf(format->out, "%-33s", name);
		print_service_rates(format, &listed->stats);
		break;
	case FORMAT_PLAIN:
	case FORMAT_THRESHOLDS:
	case FORMAT_PERSISTENT_CONN:
	case FORMAT_TUN_INFO:
		fprintf(format->out, "%s %s", name, service->scheduler);
		print_listed_settings(format, service);
		break;
	}
	putc('\n', format->out);
}

static const char *method_option(enum ipvs_method method)
{
	return method == IPVS_METHOD_NAT ? " -m" : method == IPVS_METHOD_TUN ? " -i" : " -g";
}

static const char *method_title(enum ipvs_method method)
{
	switch (method) {
	case IPVS_METHOD_NAT:
		return "Masq";
	case IPVS_METHOD_LOCAL:
		return "Local";
	case IPVS_METHOD_TUN:
		return "Tunnel";
	case IPVS_METHOD_DR:
		return "Route";
	}
	return "?";
}

/* A tunnel has one of three flags, printed as an option or in the column of --tun-info. */
static const char *tunnel_flags(const struct ipvs_dest *dest, bool is_option)
{
	if (dest->tun_flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM)
		return is_option ? "--tun-remcsum" : "r+c";
	if (dest->tun_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM)
		return is_option ? "--tun-csum" : "+c";
	return is_option ? "--tun-nocsum" : "-c";
}

static void print_tunnel_rule(FILE *out, const struct ipvs_dest *dest)
{
	const char *type = rules_tunnel_name(dest->tun_type);

	if (dest->method != IPVS_METHOD_TUN || !type)
		return;
	fprintf(out, " --tun-type %s", type);
	if (dest->tun_type == IP_VS_CONN_F_TUNNEL_TYPE_GUE)
		fprintf(out, " --tun-port %u", dest->tun_port);
	if (dest->tun_type != IP_VS_CONN_F_TUNNEL_TYPE_IPIP)
		fprintf(out, " %s", tunnel_flags(dest, true));
}

/* Writes "gue:6080:+c", at most 15 columns. */
static const char *tunnel_info(const struct ipvs_dest *dest, char text[static 16])
{
	const char *type = rules_tunnel_name(dest->tun_type);

	if (dest->method != IPVS_METHOD_TUN || !type)
		return "n/a";
	switch (dest->tun_type) {
	case IP_VS_CONN_F_TUNNEL_TYPE_GUE:
		snprintf(text, 16, "%s:%u:%s", type, dest->tun_port, tunnel_flags(dest, false));
		break;
	case IP_VS_CONN_F_TUNNEL_TYPE_GRE:
		snprintf(text, 16, "%s:%s", type, tunnel_flags(dest, false));
		break;
	default:
		return type;
	}
	return text;
}

static void print_dest_rule(FILE *out, const struct ipvs_service *service,
			    const char *service_endpoint, const struct ipvs_dest *dest,
			    const char *endpoint)
{
	print_rule_name(out, "-a ", &service->key, service_endpoint);
	fputs(" -r ", out);
	fputs(endpoint, out);
	fputs(method_option(dest->method), out);
	fprintf(out, " -w %d", (int)dest->weight);
	print_tunnel_rule(out, dest);
}

/* Prints the columns after the name. */
static void print_dest_columns(const struct format *format, const struct ipvs_listed_dest *listed)
{
	const struct ipvs_dest *dest = &listed->dest;
	const struct ipvs_dest_counters *counters = &dest->counters;
	const struct ipvs_stats *stats = &listed->stats;
	FILE *out = format->out;
	char info[16];

	switch (format->kind) {
	case FORMAT_STATS:
		print_totals(format, stats);
		return;
	case FORMAT_RATE:
		fprintf(out, " %8llu %8llu %8llu", (unsigned long long)stats->conn_rate,
			(unsigned long long)stats->in_packet_rate,
			(unsigned long long)stats->out_packet_rate);
		print_count(format, stats->in_byte_rate);
		print_count(format, stats->out_byte_rate);
		return;
	case FORMAT_THRESHOLDS:
		fprintf(out, " %-10u %-10u", dest->upper_threshold, dest->lower_threshold);
		break;
	case FORMAT_PERSISTENT_CONN:
		fprintf(out, " %-9u %-11u", dest->weight, counters->persistent);
		break;
	case FORMAT_TUN_INFO:
		fprintf(out, " %-7s %-13s %-6d", method_title(dest->method),
			tunnel_info(dest, info), (int)dest->weight);
		break;
	case FORMAT_PLAIN:
	case FORMAT_RULES:
		fprintf(out, " %-7s %-6d", method_title(dest->method), (int)dest->weight);
		break;
	}
	fprintf(out, " %-10u %-10u", counters->active, counters->inactive);
}

void format_dest(const struct format *format, const struct ipvs_service *service,
		 const char *service_endpoint, const struct ipvs_listed_dest *listed,
		 const char *endpoint)
{
	bool is_v6 = listed->dest.ep.addr.family == AF_INET6;

	if (format->kind == FORMAT_RULES) {
		print_dest_rule(format->out, service, service_endpoint, &listed->dest, endpoint);
	} else {
		fprintf(format->out, "  -> %-*.*s", DEST_COLUMNS,
			is_v6 ? FORMAT_ENDPOINT_MAX : DEST_COLUMNS, endpoint);
		print_dest_columns(format, listed);
	}
	putc('\n', format->out);
}

void format_timeouts(FILE *out, const struct ipvs_timeouts *timeouts)
{
	fprintf(out, "Timeout (tcp tcpfin udp): %d %d %d\n", (int)timeouts->tcp,
		(int)timeouts->tcp_fin, (int)timeouts->udp);
}

void format_daemon(FILE *out, const struct sync_daemon *daemon)
{
	char group[ADDR_TEXT_MAX];

	fprintf(out, "%s sync daemon (mcast=%s, syncid=%d", sync_role_name(daemon->role),
		daemon->interface, (int)daemon->syncid);
	if (daemon->maxlen)
		fprintf(out, ", maxlen=%u", daemon->maxlen);
	if (daemon->group.family != AF_UNSPEC)
		fprintf(out, ", group=%s", addr_format(&daemon->group, group));
	if (daemon->port)
		fprintf(out, ", port=%u", daemon->port);
	if (daemon->ttl)
		fprintf(out, ", ttl=%u", daemon->ttl);
	fputs(")\n", out);
}

static int difference(uint32_t a, uint32_t b)
{
	return (int)(a - b);
}

static uint32_t word_of(const struct addr *addr, size_t index)
{
	uint32_t word;

	memcpy(&word, addr->bytes + 4 * index, sizeof(word));
	return ntohl(word);
}

/* The family of the first address decides how many bytes are compared. */
static int compare_endpoints(uint16_t family, const struct endpoint *a, const struct endpoint *b)
{
	size_t n_words = family == AF_INET6 ? 4 : 1;

	for (size_t i = 0; i < n_words; i++) {
		int order = difference(word_of(&a->addr, i), word_of(&b->addr, i));

		if (order)
			return order;
	}
	return a->port - b->port;
}

static int entries_by_service(const void *a, const void *b)
{
	const struct svckey *x = &((const struct ipvs_listed_service *)a)->service.key;
	const struct svckey *y = &((const struct ipvs_listed_service *)b)->service.key;
	int order = difference(x->fwmark, y->fwmark);

	if (!order)
		order = x->family - y->family;
	if (!order)
		order = x->protocol - y->protocol;
	return order ? order : compare_endpoints(x->family, &x->ep, &y->ep);
}

static int entries_by_dest(const void *a, const void *b)
{
	const struct endpoint *x = &((const struct ipvs_listed_dest *)a)->dest.ep;
	const struct endpoint *y = &((const struct ipvs_listed_dest *)b)->dest.ep;

	return compare_endpoints(x->addr.family, x, y);
}

void format_sort_services(struct ipvs_service_list *list)
{
	if (list->entries.n)
		qsort(list->entries.items, list->entries.n, sizeof(*list->entries.items),
		      entries_by_service);
}

void format_sort_dests(struct ipvs_dest_list *list)
{
	if (list->entries.n)
		qsort(list->entries.items, list->entries.n, sizeof(*list->entries.items),
		      entries_by_dest);
}
