/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/sorted.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Status codes that mean success when a url names none. */
#define STATUS_FIRST 200
#define STATUS_LAST  299

const char *conf_method_name(enum conf_method method)
{
	static const char *const names[] = {"NAT", "DR", "TUN", "FNAT"};

	return names[method];
}

const char *conf_tunnel_name(enum conf_tunnel_type type)
{
	static const char *const names[] = {"ipip", "gue", "gre"};

	return names[type];
}

void canon_forwarding_write(enum conf_method method, const struct conf_tunnel *tunnel,
			    struct out *out)
{
	static const char *const checksums[] = {"", " csum", " remcsum"};

	out_text(out, conf_method_name(method));
	if (method != CONF_METHOD_TUN)
		return;
	out_text(out, " type ");
	out_text(out, conf_tunnel_name(tunnel->type));
	if (tunnel->port) {
		out_text(out, " port ");
		out_number(out, tunnel->port);
	}
	out_text(out, checksums[tunnel->checksum]);
}

void canon_granularity_write(const struct conf_virtual_server *vs, struct out *out)
{
	struct addr mask = addr_from_in((struct in_addr){vs->granularity_ipv4});

	if (vs->granularity_ipv6 != CONF_EACH_IPV6 || !vs->has_ipv4)
		out_number(out, vs->granularity_ipv6);
	else
		out_addr(out, &mask);
}

const char *conf_check_type_name(enum conf_check_type type)
{
	static const char *const names[] = {"TCP_CHECK", "HTTP_GET", "SSL_GET", "MISC_CHECK"};

	return names[type];
}

const char *canon_http_version_name(enum conf_http_version version)
{
	static const char *const names[] = {"1.0", "1.0C", "1.1"};

	return names[version];
}

void canon_statuses_write(const struct conf_url *url, struct out *out)
{
	for (size_t i = 0; i < url->n_statuses; i++) {
		out_text(out, i ? " " : "");
		out_number(out, url->statuses[i].first);
		if (url->statuses[i].first == url->statuses[i].last)
			continue;
		out_text(out, "-");
		out_number(out, url->statuses[i].last);
	}
}

static void statuses_write(const struct conf_url *url, struct lines *lines)
{
	lines_begin(lines, KW_URL_STATUS_CODE);
	canon_statuses_write(url, lines->out);
	lines_end(lines, url->n_statuses == 1 && url->statuses[0].first == STATUS_FIRST &&
			     url->statuses[0].last == STATUS_LAST);
}

static void urls_write(const struct conf_check *check, struct lines *lines)
{
	for (size_t i = 0; i < check->n_urls; i++) {
		const struct conf_url *url = &check->urls[i];

		lines_open(lines, KW_URL, "");
		lines_word(lines, KW_URL_PATH, url->path);
		statuses_write(url, lines);
		if (url->digest[0])
			lines_word(lines, KW_URL_DIGEST, url->digest);
		if (url->host[0])
			lines_word(lines, KW_VIRTUALHOST, url->host);
		lines_close(lines);
	}
}

static void network_write(const struct conf_check *check, const struct conf_real_server *rs,
			  enum canon_part part, struct lines *lines)
{
	lines_addr(lines, KW_CHECK_CONNECT_IP, &check->target.addr,
		   !addr_cmp(&check->target.addr, &rs->ep.addr));
	if (check->target.port) {
		lines_begin(lines, KW_CHECK_CONNECT_PORT);
		out_number(lines->out, check->target.port);
		lines_end(lines, check->target.port == conf_server_check_port(rs));
	}
	if (part != CANON_SHARED && check->bind.addr.family != AF_UNSPEC)
		lines_addr(lines, KW_CHECK_BINDTO, &check->bind.addr, false);
	if (check->bind.port)
		lines_number(lines, KW_CHECK_BIND_PORT, check->bind.port);
	lines_seconds(lines, KW_CONNECT_TIMEOUT, check->connect_timeout_us);
	lines_number(lines, KW_CHECK_RETRY, check->retry);
	lines_seconds(lines,
		      check->type == CONF_CHECK_TCP ? KW_TCP_DELAY_BEFORE_RETRY
						    : KW_HTTP_DELAY_BEFORE_RETRY,
		      check->delay_before_retry_us);
}

static void misc_write(const struct conf_check *check, const struct conf_virtual_server *vs,
		       struct lines *lines)
{
	lines_script(lines, KW_MISC_PATH, check->script);
	lines_begin(lines, KW_MISC_TIMEOUT);
	out_seconds(lines->out, check->script_timeout_us);
	lines_end(lines, check->script_timeout_us == vs->delay_loop_us);
	if (check->is_dynamic)
		lines_flag(lines, KW_MISC_DYNAMIC, false);
	if (check->script->user[0]) {
		lines_begin(lines, KW_MISC_USER);
		lines_text(lines->out, check->script->user);
		out_text(lines->out, check->script->group[0] ? " " : "");
		lines_text(lines->out, check->script->group);
		lines_end(lines, false);
	}
	lines_number(lines, KW_MISC_RETRY, check->retry);
	lines_seconds(lines, KW_TCP_DELAY_BEFORE_RETRY, check->delay_before_retry_us);
}

static void check_write(const struct conf_check *check, const struct conf_virtual_server *vs,
			const struct conf_real_server *rs, enum canon_part part,
			struct lines *lines)
{
	static const enum schema_id ids[] = {KW_TCP_CHECK, KW_HTTP_GET, KW_SSL_GET, KW_MISC_CHECK};

	lines_open(lines, ids[check->type], "");
	if (check->type == CONF_CHECK_MISC)
		misc_write(check, vs, lines);
	else
		network_write(check, rs, part, lines);
	lines_seconds(lines, KW_DELAY_LOOP, check->delay_loop_us);
	lines_seconds(lines, KW_WARMUP, check->warmup_us);
	lines_switch(lines, KW_ALPHA, check->is_alpha);
	if (check->n_urls)
		lines_word(lines, KW_HTTP_PROTOCOL, canon_http_version_name(check->http_version));
	if (check->type == CONF_CHECK_SSL && check->sni[0])
		lines_word(lines, KW_SNI_NAME, check->sni);
	else if (check->type == CONF_CHECK_SSL)
		lines_switch(lines, KW_ENABLE_SNI, false);
	urls_write(check, lines);
	lines_close(lines);
}

static void endpoint_write(const struct endpoint *ep, struct out *out)
{
	out_addr(out, &ep->addr);
	out_text(out, " ");
	out_number(out, ep->port);
}

bool conf_tunnel_is_same(const struct conf_tunnel *a, const struct conf_tunnel *b)
{
	return a->type == b->type && a->checksum == b->checksum && a->port == b->port;
}

/* Of a server of vs, whose own forwarding is the default. */
static void forwarding_write(enum schema_id id, enum conf_method method,
			     const struct conf_tunnel *tunnel, const struct conf_virtual_server *vs,
			     struct lines *lines)
{
	lines_begin(lines, id);
	canon_forwarding_write(method, tunnel, lines->out);
	lines_end(lines, method == vs->method && conf_tunnel_is_same(tunnel, &vs->tunnel));
}

static void real_server_write(const struct conf_real_server *rs,
			      const struct conf_virtual_server *vs, enum canon_part part,
			      struct lines *lines)
{
	const void **checks = sorted_list(rs->checks, rs->n_checks, sizeof(*rs->checks),
					  part == CANON_SHARED ? sorted_check_cmp : NULL);

	lines_begin(lines, KW_REAL_SERVER);
	/* The pair must agree on what the kernel gets; how that is written is each file's matter. */
	endpoint_write(part == CANON_SHARED ? &rs->ep : &rs->id, lines->out);
	out_text(lines->out, " {\n");
	lines->depth++;
	lines_begin(lines, KW_WEIGHT);
	out_number(lines->out, rs->weight);
	lines_end(lines, rs->weight == vs->weight);
	forwarding_write(KW_LVS_METHOD, rs->method, &rs->tunnel, vs, lines);
	lines_number(lines, KW_UTHRESHOLD, rs->upper_threshold);
	lines_number(lines, KW_LTHRESHOLD, rs->lower_threshold);
	lines_switch(lines, KW_INHIBIT_ON_FAILURE, rs->is_inhibiting);
	lines_script(lines, KW_NOTIFY_UP, rs->notify_up);
	lines_script(lines, KW_NOTIFY_DOWN, rs->notify_down);
	for (size_t i = 0; i < rs->n_checks; i++)
		check_write(checks[i], vs, rs, part, lines);
	lines_close(lines);
	free(checks);
}

static void sorry_server_write(const struct conf_virtual_server *vs, enum canon_part part,
			       struct lines *lines)
{
	if (!vs->has_sorry_server)
		return;
	lines_begin(lines, KW_SORRY_SERVER);
	endpoint_write(part == CANON_SHARED ? &vs->sorry_server.ep : &vs->sorry_server.id,
		       lines->out);
	lines_end(lines, false);
	if (vs->is_sorry_inhibiting)
		lines_flag(lines, KW_SORRY_SERVER_INHIBIT, false);
	forwarding_write(KW_SORRY_SERVER_LVS_METHOD, vs->sorry_server.method,
			 &vs->sorry_server.tunnel, vs, lines);
}

/* Marks that say nothing of their family have it from here, so it is always written. */
static void group_family_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	for (size_t i = 0; i < vs->n_members; i++) {
		if (vs->members[i].line->family)
			continue;
		lines_word(lines, KW_IP_FAMILY,
			   vs->members[i].key.family == AF_INET6 ? "inet6" : "inet");
		return;
	}
}

static void key_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	const struct svckey *key = &vs->key;
	char protocol[8] = "";

	lines_begin(lines, KW_VIRTUAL_SERVER);
	if (key->group[0]) {
		out_text(lines->out, SCHEMA_BY_GROUP " ");
		lines_quote(lines->out, key->group);
	} else if (key->fwmark) {
		out_text(lines->out, SCHEMA_FWMARK " ");
		out_number(lines->out, key->fwmark);
	} else {
		endpoint_write(&key->ep, lines->out);
	}
	out_text(lines->out, " {\n");
	lines->depth++;
	if (key->fwmark) {
		lines_word(lines, KW_IP_FAMILY, key->family == AF_INET6 ? "inet6" : "inet");
		return;
	}
	group_family_write(vs, lines);
	if (!key->protocol)
		return;
	for (size_t i = 0; svckey_protocol_name(key->protocol)[i] && i + 1 < sizeof(protocol); i++)
		protocol[i] = (char)toupper((unsigned char)svckey_protocol_name(key->protocol)[i]);
	lines_word(lines, KW_PROTOCOL, protocol);
}

static void scheduling_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	/* By number, and of each the name that says what it does. */
	static const enum schema_id ids[][CONF_SCHEDULER_FLAGS] = {
	    {KW_FLAG_1, KW_FLAG_2, KW_FLAG_3},
	    {KW_SH_FALLBACK, KW_SH_PORT, KW_FLAG_3},
	    {KW_MH_FALLBACK, KW_MH_PORT, KW_FLAG_3},
	};
	unsigned row = !strcmp(vs->scheduler, "sh") ? 1 : !strcmp(vs->scheduler, "mh") ? 2 : 0;

	lines_word(lines, KW_LVS_SCHED, vs->scheduler);
	for (unsigned i = 0; i < CONF_SCHEDULER_FLAGS; i++)
		if (vs->scheduler_flags[i])
			lines_flag(lines, ids[row][i], false);
	if (vs->is_one_packet)
		lines_flag(lines, KW_OPS, false);
}

static void persistence_write(const struct conf_virtual_server *vs, struct lines *lines)
{
	if (!vs->persistence_timeout)
		return;
	lines_number(lines, KW_PERSISTENCE_TIMEOUT, vs->persistence_timeout);
	lines_begin(lines, KW_PERSISTENCE_GRANULARITY);
	canon_granularity_write(vs, lines->out);
	lines_end(lines,
		  vs->granularity_ipv4 == CONF_EACH_IPV4 && vs->granularity_ipv6 == CONF_EACH_IPV6);
	if (vs->persistence_engine[0])
		lines_word(lines, KW_PERSISTENCE_ENGINE, vs->persistence_engine);
}

static void leaving_write(const struct conf_virtual_server *vs, const struct conf_global *global,
			  struct lines *lines)
{
	lines_begin(lines, KW_SERVICE_DRAIN_TIMEOUT);
	out_number(lines->out, vs->drain_timeout);
	lines_end(lines, vs->drain_timeout == global->drain_timeout);
	lines_switch(lines, KW_DRAIN_ON_FAILURE, vs->is_drained_on_failure);
	lines_number(lines, KW_SLOW_START, vs->slow_start);
}

static void virtual_server_write(const struct conf_virtual_server *vs,
				 const struct conf_global *global, enum canon_part part,
				 struct lines *lines)
{
	const void **list =
	    sorted_list(vs->real_servers, vs->n_real_servers, sizeof(*vs->real_servers),
			part == CANON_SHARED ? sorted_real_server_cmp : NULL);

	key_write(vs, lines);
	lines_seconds(lines, KW_DELAY_LOOP, vs->delay_loop_us);
	scheduling_write(vs, lines);
	lines_begin(lines, KW_LVS_METHOD);
	canon_forwarding_write(vs->method, &vs->tunnel, lines->out);
	lines_end(lines, vs->method == CONF_METHOD_NAT);
	lines_number(lines, KW_SERVICE_WEIGHT, vs->weight);
	persistence_write(vs, lines);
	lines_number(lines, KW_QUORUM, vs->quorum);
	lines_number(lines, KW_HYSTERESIS, vs->hysteresis);
	lines_script(lines, KW_QUORUM_UP, vs->quorum_up);
	lines_script(lines, KW_QUORUM_DOWN, vs->quorum_down);
	lines_switch(lines, KW_ALPHA, vs->is_alpha);
	if (vs->is_omega)
		lines_flag(lines, KW_OMEGA, false);
	leaving_write(vs, global, lines);
	sorry_server_write(vs, part, lines);
	canon_write_host(vs, part, lines);
	for (size_t i = 0; i < vs->n_real_servers; i++)
		real_server_write(list[i], vs, part, lines);
	lines_close(lines);
	free(list);
}

void canon_write_virtual_servers(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	const void **list = sorted_list(conf->virtual_servers, conf->n_virtual_servers,
					sizeof(*conf->virtual_servers),
					part == CANON_SHARED ? sorted_virtual_server_cmp : NULL);

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		virtual_server_write(list[i], &conf->global, part, lines);
	free(list);
}
