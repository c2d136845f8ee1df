/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon.h"

#include <ctype.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* Characters that would not stay part of a word outside quotes. */
#define NEEDS_QUOTES " \t\f\v\r{}#!"

const char *conf_method_name(enum conf_method method)
{
	static const char *const names[] = {"NAT", "DR", "TUN"};

	return names[method];
}

const char *conf_check_type_name(enum conf_check_type type)
{
	static const char *const names[] = {"TCP_CHECK", "HTTP_GET"};

	return names[type];
}

const char *canon_scope_name(uint8_t scope)
{
	switch (scope) {
	case RT_SCOPE_SITE:
		return "site";
	case RT_SCOPE_LINK:
		return "link";
	case RT_SCOPE_HOST:
		return "host";
	case RT_SCOPE_NOWHERE:
		return "nowhere";
	default:
		return "global";
	}
}

static void word_write(struct out *out, const char *text)
{
	bool is_quoted = strpbrk(text, NEEDS_QUOTES);

	out_text(out, is_quoted ? "\"" : "");
	out_text(out, text);
	out_text(out, is_quoted ? "\"" : "");
}

/* keyword comes with the white space before and after it. */
static void text_line(struct out *out, const char *keyword, const char *value)
{
	out_text(out, keyword);
	word_write(out, value);
	out_bytes(out, "\n", 1);
}

static void number_line(struct out *out, const char *keyword, uint64_t value)
{
	out_text(out, keyword);
	out_number(out, value);
	out_bytes(out, "\n", 1);
}

static void seconds_line(struct out *out, const char *keyword, uint64_t us)
{
	out_text(out, keyword);
	out_seconds(out, us);
	out_bytes(out, "\n", 1);
}

static void addr_line(struct out *out, const char *keyword, const struct addr *addr)
{
	out_text(out, keyword);
	out_addr(out, addr);
	out_bytes(out, "\n", 1);
}

static void option_number(struct out *out, const char *name, uint64_t value)
{
	if (!value)
		return;
	out_text(out, name);
	out_number(out, value);
}

static void sync_daemon_write(const struct conf_sync_daemon *sync, enum canon_part part,
			      struct out *out)
{
	out_text(out, "\tlvs_sync_daemon");
	if (part == CANON_WHOLE) {
		out_text(out, " ");
		word_write(out, sync->interface);
		out_text(out, sync->instance[0] ? " inst " : "");
		word_write(out, sync->instance);
	}
	out_text(out, " id ");
	out_number(out, sync->syncid);
	option_number(out, " maxlen ", sync->maxlen);
	option_number(out, " port ", sync->port);
	option_number(out, " ttl ", sync->ttl);
	if (sync->group.family != AF_UNSPEC) {
		out_text(out, " group ");
		out_addr(out, &sync->group);
	}
	out_text(out, "\n");
}

static void global_write(const struct conf_global *global, enum canon_part part, struct out *out)
{
	bool has_router_id = part == CANON_WHOLE && global->router_id[0];

	if (!has_router_id && !global->sync_daemon.is_on)
		return;
	out_text(out, "global_defs {\n");
	if (has_router_id)
		text_line(out, "\trouter_id ", global->router_id);
	if (global->sync_daemon.is_on)
		sync_daemon_write(&global->sync_daemon, part, out);
	out_text(out, "}\n");
}

static void vip_write(const struct conf_vip *vip, enum canon_part part, struct out *out)
{
	out_text(out, "\t\t");
	out_addr(out, &vip->addr);
	out_text(out, "/");
	out_number(out, vip->prefix_len);
	if (part == CANON_WHOLE) {
		out_text(out, " dev ");
		word_write(out, vip->interface);
	}
	out_text(out, " scope ");
	out_text(out, canon_scope_name(vip->scope));
	out_text(out, vip->label[0] ? " label " : "");
	word_write(out, vip->label);
	if (vip->broadcast.family != AF_UNSPEC) {
		out_text(out, " brd ");
		out_addr(out, &vip->broadcast);
	}
	out_text(out, "\n");
}

static void vrrp_write(const struct conf_vrrp *vrrp, enum canon_part part, struct out *out)
{
	out_text(out, "vrrp_instance ");
	word_write(out, vrrp->name);
	out_text(out, " {\n");
	if (part == CANON_WHOLE) {
		out_text(out, vrrp->wants_master ? "\tstate MASTER\n" : "\tstate BACKUP\n");
		text_line(out, "\tinterface ", vrrp->interface);
		number_line(out, "\tpriority ", vrrp->priority);
		out_text(out, vrrp->is_preempting ? "\tpreempt\n" : "\tnopreempt\n");
	}
	number_line(out, "\tvirtual_router_id ", vrrp->vrid);
	number_line(out, "\tversion ", vrrp->version);
	seconds_line(out, "\tadvert_int ", vrrp->advert_int_us);
	out_text(out, "\tvirtual_ipaddress {\n");
	for (size_t i = 0; i < vrrp->n_vips; i++)
		vip_write(&vrrp->vips[i], part, out);
	out_text(out, "\t}\n}\n");
}

static void url_write(const struct conf_url *url, struct out *out)
{
	out_text(out, "\t\t\turl {\n");
	text_line(out, "\t\t\t\tpath ", url->path);
	out_text(out, "\t\t\t\tstatus_code");
	for (size_t i = 0; i < url->n_statuses; i++) {
		out_text(out, " ");
		out_number(out, url->statuses[i].first);
		if (url->statuses[i].first == url->statuses[i].last)
			continue;
		out_text(out, "-");
		out_number(out, url->statuses[i].last);
	}
	out_text(out, "\n");
	if (url->digest[0])
		text_line(out, "\t\t\t\tdigest ", url->digest);
	if (url->host[0])
		text_line(out, "\t\t\t\tvirtualhost ", url->host);
	out_text(out, "\t\t\t}\n");
}

void canon_write_urls(const struct conf_check *check, struct out *out)
{
	for (size_t i = 0; i < check->n_urls; i++)
		url_write(&check->urls[i], out);
}

static void check_write(const struct conf_check *check, struct out *out)
{
	static const char *const http_versions[] = {"1.0", "1.0C", "1.1"};

	out_text(out, "\t\t");
	out_text(out, conf_check_type_name(check->type));
	out_text(out, " {\n");
	addr_line(out, "\t\t\tconnect_ip ", &check->target.addr);
	number_line(out, "\t\t\tconnect_port ", check->target.port);
	if (check->bind.addr.family != AF_UNSPEC)
		addr_line(out, "\t\t\tbindto ", &check->bind.addr);
	if (check->bind.port)
		number_line(out, "\t\t\tbind_port ", check->bind.port);
	seconds_line(out, "\t\t\tconnect_timeout ", check->connect_timeout_us);
	number_line(out, "\t\t\tretry ", check->retry);
	seconds_line(out, "\t\t\tdelay_before_retry ", check->delay_before_retry_us);
	seconds_line(out, "\t\t\tdelay_loop ", check->delay_loop_us);
	if (check->type == CONF_CHECK_HTTP)
		text_line(out, "\t\t\thttp_protocol ", http_versions[check->http_version]);
	canon_write_urls(check, out);
	out_text(out, "\t\t}\n");
}

static void endpoint_write(const struct endpoint *ep, struct out *out)
{
	out_addr(out, &ep->addr);
	out_text(out, " ");
	out_number(out, ep->port);
	out_text(out, " {\n");
}

static void protocol_line(uint16_t protocol, struct out *out)
{
	out_text(out, "\tprotocol ");
	for (const char *at = svckey_protocol_name(protocol); *at; at++)
		out_bytes(out, &(char){(char)toupper((unsigned char)*at)}, 1);
	out_text(out, "\n");
}

static void virtual_server_write(const struct conf_virtual_server *vs, struct out *out)
{
	out_text(out, "virtual_server ");
	endpoint_write(&vs->key.ep, out);
	seconds_line(out, "\tdelay_loop ", vs->delay_loop_us);
	text_line(out, "\tlvs_sched ", vs->scheduler);
	text_line(out, "\tlvs_method ", conf_method_name(vs->method));
	protocol_line(vs->key.protocol, out);
	if (vs->persistence_timeout)
		number_line(out, "\tpersistence_timeout ", vs->persistence_timeout);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		out_text(out, "\treal_server ");
		endpoint_write(&rs->ep, out);
		number_line(out, "\t\tweight ", rs->weight);
		for (size_t k = 0; k < rs->n_checks; k++)
			check_write(&rs->checks[k], out);
		out_text(out, "\t}\n");
	}
	out_text(out, "}\n");
}

void canon_write(const struct conf *conf, enum canon_part part, struct out *out)
{
	global_write(&conf->global, part, out);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vrrp_write(&conf->vrrps[i], part, out);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		virtual_server_write(&conf->virtual_servers[i], out);
}
