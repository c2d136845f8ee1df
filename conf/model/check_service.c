/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "base/plural.h"
#include "conf/kind.h"
#include "conf/text/seconds.h"

#include <netinet/in.h>

/* The kernel does not know to which network a link-local address belongs. */
static void link_local_check(struct draft *draft, const struct conf_check *check)
{
	const struct conf_check_kind *facts = &conf_kinds[check->type].facts;
	char text[ADDR_TEXT_MAX];

	if (facts->runner == CONF_RUNNER_CHECK && addr_is_link_local(&check->target.addr) &&
	    !*check->bind_if)
		report_warning(draft->report, &check->place,
			       "%s has never a verdict: %s is a link-local address; write `bind_if` "
			       "with the interface where the server is",
			       facts->name, addr_format(&check->target.addr, text));
}

static void health_check_check(struct draft *draft, struct conf_check *check)
{
	const struct conf_kind *kind = &conf_kinds[check->type];

	if (check->bind.addr.family && check->bind.addr.family != check->target.addr.family) {
		report_ignored(draft->report, &check->place,
			       "%s: bindto and the address to probe are not both IPv4 or both IPv6",
			       kind->facts.name);
		check->bind.addr = (struct addr){0};
	}
	link_local_check(draft, check);
	if (kind->rules->judge)
		kind->rules->judge(draft, check);
}

/* Does the check connect to its server within connect_timeout? A script need not connect, and has a
 * time limit of its own. */
static bool is_probed(const struct conf_check *check)
{
	return conf_kinds[check->type].facts.runner == CONF_RUNNER_CHECK;
}

static void ports_check(struct draft *draft, const struct conf_real_server *rs)
{
	for (size_t i = 0; i < rs->n_checks; i++)
		if (is_probed(&rs->checks[i]) && !rs->checks[i].target.port &&
		    conf_kinds[rs->checks[i].type].rules->transport != CONF_TRANSPORT_ICMP)
			report_warning(draft->report, &rs->checks[i].place,
				       "%s connects to port 0, where nobody answers, so that the "
				       "server is never up: give the real_server a port, or write "
				       "connect_port here",
				       conf_kinds[rs->checks[i].type].facts.name);
}

/* Reports intervals that do not fit together. Checks mostly inherit them, so the report is once for
 * a service. */
static void intervals_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	char delay[SECONDS_TEXT_MAX], timeout[SECONDS_TEXT_MAX], more[64] = "";
	const struct conf_check *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < vs->n_real_servers; i++) {
		for (size_t k = 0; k < vs->real_servers[i].n_checks; k++) {
			const struct conf_check *check = &vs->real_servers[i].checks[k];

			if (!is_probed(check) ||
			    check->delay_loop_us >= check->connect_timeout_us)
				continue;
			first = first ? first : check;
			n++;
		}
	}
	if (!first)
		return;
	if (n > 1)
		snprintf(more, sizeof(more), "; %zu more of this service %s like it", n - 1,
			 plural_of(n - 1, "is", "are"));
	report_warning(
	    draft->report, &first->place,
	    "%s: delay_loop %s s is shorter than connect_timeout %s s, so a dead server is "
	    "probed later than delay_loop says%s",
	    conf_kinds[first->type].facts.name, seconds_format(first->delay_loop_us, delay),
	    seconds_format(first->connect_timeout_us, timeout), more);
}

/* Does the check ask the port of the service, by the other one of TCP and UDP? */
static bool is_beside(const struct conf_virtual_server *vs, const struct conf_real_server *rs,
		      const struct conf_check *check)
{
	enum conf_transport transport;

	if (!is_probed(check) || check->is_agent || check->target.port != conf_server_check_port(rs))
		return false;
	transport = conf_kinds[check->type].rules->transport;
	return transport == (vs->key.protocol == IPPROTO_UDP ? CONF_TRANSPORT_TCP : CONF_TRANSPORT_UDP);
}

/* Reports checks that do not test what the service serves, once for each kind. */
static void transports_check(struct draft *draft, const struct conf_virtual_server *vs)
{
	bool is_udp = vs->key.protocol == IPPROTO_UDP, is_said[CONF_CHECK_KINDS] = {false};
	char key[SVCKEY_TEXT_MAX];

	if (vs->group || (!is_udp && vs->key.protocol != IPPROTO_TCP))
		return;
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		for (size_t k = 0; k < rs->n_checks; k++) {
			const struct conf_check *check = &rs->checks[k];

			if (is_said[check->type] || !is_beside(vs, rs, check))
				continue;
			is_said[check->type] = true;
			report_warning(draft->report, &check->place,
				       "virtual_server %s: %s asks %s port %u of its servers, but the service "
				       "is %s, so it cannot see whether a server answers clients: write %s, or "
				       "connect_port if another port tells how the server is",
				       svckey_format(&vs->key, key), conf_kinds[check->type].facts.name,
				       is_udp ? "TCP" : "UDP", check->target.port, is_udp ? "UDP" : "TCP",
				       is_udp ? "UDP_CHECK or DNS_CHECK" : "TCP_CHECK");
		}
	}
}

static const char *family_name(uint16_t family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

/* what is "real_server" or "sorry_server". Returns false if the server must be left out. */
static bool server_check(struct draft *draft, const struct conf_virtual_server *vs,
			 struct conf_real_server *rs, const char *what)
{
	char addr[ADDR_TEXT_MAX], key[SVCKEY_TEXT_MAX];
	bool is_ipv6 = rs->ep.addr.family == AF_INET6;
	bool has_other = is_ipv6 ? vs->has_ipv4 : vs->has_ipv6, is_kept = true;

	if (!addr_is_host(&rs->ep.addr)) {
		report_ignored(draft->report, &rs->place, "%s %s: no host can have this address",
			       what, addr_format(&rs->ep.addr, addr));
		is_kept = false;
	}
	if (rs->method != CONF_METHOD_TUN && has_other) {
		report_ignored(draft->report, &rs->place,
			       "%s %s is %s and %s%s is %s: %s needs the same family", what,
			       addr_format(&rs->ep.addr, addr), family_name(rs->ep.addr.family),
			       vs->group ? "a member of virtual_server " : "virtual_server ",
			       svckey_format(&vs->key, key), is_ipv6 ? "IPv4" : "IPv6",
			       conf_method_name(rs->method));
		report_note(draft->report, &vs->place, "the service is here");
		is_kept = false;
	}
	for (size_t i = 0; i < rs->n_checks; i++)
		health_check_check(draft, &rs->checks[i]);
	return is_kept;
}

/* Checks the address of a service; the lines of a group have been checked already. */
static void key_check(struct draft *draft, struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX];

	if (vs->group || vs->key.fwmark || addr_is_host(&vs->key.ep.addr))
		return;
	report_ignored(draft->report, &vs->place,
		       "virtual_server %s: no host can have this address",
		       svckey_format(&vs->key, key));
	vs->is_dropped = true;
}

void check_virtual_server(struct draft *draft, size_t i)
{
	struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];
	size_t n = 0;

	key_check(draft, vs);
	for (size_t k = 0; k < vs->n_real_servers; k++)
		if (!vs->real_servers[k].is_dropped &&
		    server_check(draft, vs, &vs->real_servers[k], "real_server"))
			vs->real_servers[n++] = vs->real_servers[k];
	vs->n_real_servers = n;
	if (vs->has_sorry_server)
		vs->has_sorry_server = server_check(draft, vs, &vs->sorry_server, "sorry_server");
}

static bool is_in_line(const struct conf_group_line *line, const struct endpoint *ep)
{
	return !line->fwmark && line->first.family == ep->addr.family &&
	       addr_cmp(&line->first, &ep->addr) <= 0 && addr_cmp(&ep->addr, &line->last) <= 0 &&
	       (!ep->port || line->port == ep->port);
}

/* Does a server have the same address and port as the service? */
static bool is_service_itself(const struct conf_virtual_server *vs,
			      const struct conf_real_server *rs)
{
	if (!vs->group)
		return !vs->key.fwmark && !endpoint_cmp(&vs->key.ep, &rs->ep);
	for (size_t i = 0; i < vs->group->n_lines; i++)
		if (is_in_line(&vs->group->lines[i], &rs->ep))
			return true;
	return false;
}

/*
 * Reports a server that is the service itself. The kernel accepts it: a local address is RTN_LOCAL
 * to ip_vs_new_dest(), and the packets go to programs of the director. So this is no error, but
 * seldom meant.
 */
static void self_check(struct draft *draft, const struct conf_virtual_server *vs,
		       const struct conf_real_server *rs, const char *what)
{
	char addr[ADDR_TEXT_MAX];

	if (is_service_itself(vs, rs))
		report_warning(draft->report, &rs->place,
			       "%s %s is the service's own address: this director then serves the "
			       "connection itself, and its checks ask the service, where another "
			       "server may answer; write the server's own address, or for a program "
			       "on this director one that stays on it, such as %s",
			       what, addr_format(&rs->ep.addr, addr),
			       rs->ep.addr.family == AF_INET6 ? "::1" : "127.0.0.1");
}

void check_servers(struct draft *draft, size_t i)
{
	const struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];

	for (size_t k = 0; k < vs->n_real_servers; k++) {
		ports_check(draft, &vs->real_servers[k]);
		self_check(draft, vs, &vs->real_servers[k], "real_server");
	}
	if (vs->has_sorry_server)
		self_check(draft, vs, &vs->sorry_server, "sorry_server");
	intervals_check(draft, vs);
	transports_check(draft, vs);
}

/* The sum of the weights of all real servers, bounded by the greatest quorum. */
static uint32_t total_weight(const struct conf_virtual_server *vs)
{
	uint64_t total = 0;

	for (size_t i = 0; i < vs->n_real_servers; i++)
		total += vs->real_servers[i].weight;
	return total > UINT32_MAX ? UINT32_MAX : (uint32_t)total;
}

static void quorum_settle(struct draft *draft, const struct node *node,
			  struct conf_virtual_server *vs)
{
	uint32_t total = total_weight(vs), most = total ? total : 1;
	char key[SVCKEY_TEXT_MAX];

	svckey_format(&vs->key, key);
	if (vs->quorum > most) {
		report_warning(draft->report, build_place(node, KW_QUORUM),
			       "virtual_server %s: quorum %u is more than the weight %u of all "
			       "its real servers; %u is used",
			       key, vs->quorum, total, most);
		vs->quorum = most;
	}
	if (vs->hysteresis && vs->hysteresis >= vs->quorum) {
		report_warning(draft->report, build_place(node, KW_HYSTERESIS),
			       "virtual_server %s: hysteresis %u is not less than the quorum %u; "
			       "%u is used",
			       key, vs->hysteresis, vs->quorum, vs->quorum - 1);
		vs->hysteresis = vs->quorum - 1;
	}
	if (total && (uint64_t)vs->quorum + vs->hysteresis > total) {
		report_warning(
		    draft->report, build_place(node, KW_HYSTERESIS),
		    "virtual_server %s: quorum %u and hysteresis %u together are more than "
		    "the weight %u of all its real servers, so that a lost quorum would "
		    "never return; hysteresis %u is used",
		    key, vs->quorum, vs->hysteresis, total, total - vs->quorum);
		vs->hysteresis = total - vs->quorum;
	}
}

/* Reports a rule of the pool that cannot hold, and makes it the default. */
static void required_settle(struct draft *draft, struct conf_real_server *rs)
{
	size_t n = conf_server_n_deciding(rs);
	char text[ENDPOINT_TEXT_MAX];

	if (rs->checks_required <= n)
		return;
	report_ignored(draft->report, &rs->place,
		       "real_server %s: checks_required %u, but it has %zu check%s that decide%s its state; "
		       "write a smaller number, or leave it out for all",
		       endpoint_format(&rs->id, text), rs->checks_required, n, plural(n),
		       n == 1 ? "s" : "");
	rs->checks_required = 0;
}

static bool has_backup(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_real_servers; i++)
		if (vs->real_servers[i].backup)
			return true;
	return false;
}

static void idle_report(struct draft *draft, const struct node *node, enum schema_id id,
			const char *why)
{
	if (resolve_child(node, id))
		report_warning(draft->report, build_place(node, id), "%s has no effect %s",
			       lookup_row(draft->lookup, id)->name, why);
}

static void judgement_settle(struct draft *draft, const struct node *node,
			     struct conf_virtual_server *vs)
{
	char key[SVCKEY_TEXT_MAX];

	for (size_t i = 0; i < vs->n_real_servers; i++)
		required_settle(draft, &vs->real_servers[i]);
	if (!has_backup(vs))
		idle_report(draft, node, KW_MIN_ACTIVE, "without a backup server");
	if (vs->is_fail_closed && vs->is_fail_open) {
		report_ignored(draft->report, build_place(node, KW_FAIL_OPEN),
			       "virtual_server %s has fail_open and fail_closed; remove one of them",
			       svckey_format(&vs->key, key));
		vs->is_fail_open = false;
	}
	if (vs->is_fail_closed) {
		idle_report(draft, node, KW_PANIC_THRESHOLD, "with fail_closed");
		idle_report(draft, node, KW_PANIC_WINDOW, "with fail_closed");
	}
}

void check_quorum(struct draft *draft, size_t i)
{
	struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];
	char key[SVCKEY_TEXT_MAX];

	if (!vs->n_real_servers &&
	    (!draft->virtual_servers[i]->is_cut || draft->report->is_lenient))
		report_warning(draft->report, &vs->place, "virtual_server %s has no real_server",
			       svckey_format(&vs->key, key));
	quorum_settle(draft, draft->virtual_servers[i], vs);
	judgement_settle(draft, draft->virtual_servers[i], vs);
}
