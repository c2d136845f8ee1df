/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several of the dump files have. */
#include "base/mem.h"
#include "daemon/director/dump/dump.h"

#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void dump_line(struct out *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	out_text(out, text);
	out_text(out, "\n");
	free(text);
}

bool dump_alerts(const struct status *status, uint8_t own)
{
	const struct conf_mail *mail = &status->conf->global.mail;
	uint8_t alert = own != CONF_ALERT_UNSET ? own
			: mail->alert_vrrp != CONF_ALERT_UNSET ? mail->alert_vrrp
							       : mail->alert;

	return alert == CONF_ALERT_ON;
}

static void scope_print(uint8_t scope, struct out *out)
{
	const char *name = scope == RT_SCOPE_UNIVERSE  ? "global"
			   : scope == RT_SCOPE_SITE    ? "site"
			   : scope == RT_SCOPE_LINK    ? "link"
			   : scope == RT_SCOPE_HOST    ? "host"
			   : scope == RT_SCOPE_NOWHERE ? "nowhere"
						       : NULL;

	out_text(out, " scope ");
	if (name)
		out_text(out, name);
	else
		out_number(out, scope);
}

static void prefix_print(uint8_t len, struct out *out)
{
	out_text(out, "/");
	out_number(out, len);
}

/* Of an IPv6 address: how long new connections may begin from it. */
static void lifetime_print(const struct conf_vip *vip, struct out *out)
{
	if (vip->preferred_lft == CONF_LIFETIME_NONE ||
	    (!vip->preferred_lft && conf_vip_len(vip) == 128)) {
		out_text(out, " deprecated");
		return;
	}
	out_text(out, " preferred_lft ");
	if (!vip->preferred_lft || vip->preferred_lft == CONF_LIFETIME_FOREVER)
		out_text(out, "forever");
	else
		out_number(out, vip->preferred_lft);
}

static void words_print(const struct conf_vip *vip, struct out *out)
{
	const struct {
		bool is_there;
		const char *text;
	} words[] = {{vip->is_home, " home"},
		     {vip->is_probed, " -nodad"},
		     {vip->is_managing_temporary, " mngtmpaddr"},
		     {vip->is_without_route, " noprefixroute"},
		     {vip->is_untracked, " no_track"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].is_there)
			out_text(out, words[i].text);
}

void dump_vip_print(const struct conf_vip *vip, bool is_held, struct out *out)
{
	bool is_ip6 = vip->addr.family == AF_INET6, has_peer = vip->peer.family != AF_UNSPEC;

	out_addr(out, &vip->addr);
	if (conf_vip_len(vip) != (is_ip6 ? 128 : 32))
		prefix_print(conf_vip_len(vip), out);
	if (vip->broadcast.family != AF_UNSPEC) {
		out_text(out, " brd ");
		out_addr(out, &vip->broadcast);
	}
	out_text(out, " dev ");
	out_text(out, conf_vip_holder(vip));
	if (vip->vmac) {
		out_text(out, "@");
		out_text(out, vip->interface);
	}
	if (vip->uses_vmac)
		out_text(out, " use_vmac");
	scope_print(vip->scope, out);
	if (vip->label && *vip->label) {
		out_text(out, " label ");
		out_text(out, vip->label);
	}
	if (has_peer) {
		out_text(out, " peer ");
		out_addr(out, &vip->peer);
		prefix_print(vip->peer_len, out);
	}
	words_print(vip, out);
	if (is_ip6)
		lifetime_print(vip, out);
	if (is_held)
		out_text(out, " set");
}

struct dump_stats dump_stats_of(const struct vrrp_report *report)
{
	const uint64_t *rejected;

	if (!report)
		return (struct dump_stats){0};
	rejected = report->rejections;
	return (struct dump_stats){
	    .received = report->adverts_received,
	    .sent = report->adverts_sent,
	    .became_master = report->transitions_to_master,
	    .released_master = report->transitions_from_master,
	    .length = rejected[VRRP_REJECT_TRUNCATED] + rejected[VRRP_REJECT_IP_HEADER] +
		      rejected[VRRP_REJECT_FRAGMENT] + rejected[VRRP_REJECT_COUNT] +
		      rejected[VRRP_REJECT_LENGTH],
	    .ttl = rejected[VRRP_REJECT_HOP_LIMIT] + rejected[VRRP_REJECT_TTL_RANGE],
	    .type = rejected[VRRP_REJECT_TYPE],
	    .interval = rejected[VRRP_REJECT_INTERVAL],
	    .auth_type = rejected[VRRP_REJECT_AUTH_TYPE],
	    .auth_data = rejected[VRRP_REJECT_AUTH_DATA] + rejected[VRRP_REJECT_REPLAY],
	    .zeros_received = report->zeros_received,
	    .zeros_sent = report->zeros_sent,
	};
}

enum vrrp_state_name dump_state_of(const struct status_instance *instance)
{
	return instance->report ? instance->report->state : VRRP_INIT;
}

enum vrrp_state_name dump_want_of(const struct status_instance *instance)
{
	enum vrrp_state_name state = dump_state_of(instance);

	if (state == VRRP_MASTER || state == VRRP_BACKUP)
		return state;
	return instance->conf->priority == CONF_PRIORITY_OWNER ? VRRP_MASTER : VRRP_BACKUP;
}

const char *dump_interface_of(const struct conf_vrrp *conf)
{
	return conf->n_vmacs && conf->vmacs[0].is_own ? conf->vmacs[0].name : conf->interface;
}
