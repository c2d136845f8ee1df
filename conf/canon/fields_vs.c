/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/model/sorted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *forwarding_text(enum conf_method method, const struct conf_tunnel *tunnel)
{
	struct out text;

	out_init(&text, NULL, NULL);
	canon_forwarding_write(method, tunnel, &text);
	return out_take(&text);
}

static void forwarding_field(struct out *out, const char *name,
			     const struct conf_real_server *older,
			     const struct conf_real_server *newer)
{
	char *a, *b;

	if (older->method == newer->method && conf_tunnel_is_same(&older->tunnel, &newer->tunnel))
		return;
	a = forwarding_text(older->method, &older->tunnel);
	b = forwarding_text(newer->method, &newer->tunnel);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

static void scheduling_fields(struct out *out, const struct conf_virtual_server *older,
			      const struct conf_virtual_server *newer)
{
	static const char *const flags[CONF_SCHEDULER_FLAGS] = {"flag-1", "flag-2", "flag-3"};

	field_text(out, "lvs_sched", older->scheduler, newer->scheduler);
	for (size_t i = 0; i < CONF_SCHEDULER_FLAGS; i++)
		field_switch(out, flags[i], older->scheduler_flags[i], newer->scheduler_flags[i]);
	field_switch(out, "ops", older->is_one_packet, newer->is_one_packet);
}

static void granularity_field(struct out *out, const struct conf_virtual_server *older,
			      const struct conf_virtual_server *newer)
{
	struct out a, b;
	char *before, *after;

	if (older->granularity_ipv4 == newer->granularity_ipv4 &&
	    older->granularity_ipv6 == newer->granularity_ipv6)
		return;
	out_init(&a, NULL, NULL);
	out_init(&b, NULL, NULL);
	canon_granularity_write(older, &a);
	canon_granularity_write(newer, &b);
	before = out_take(&a);
	after = out_take(&b);
	field_text(out, "persistence_granularity", before, after);
	free(before);
	free(after);
}

/* The lines of a group in an order that is not the file's, for free(). */
static char *group_text(const struct conf_group *group)
{
	size_t n = group ? group->n_lines : 0;
	const void **lines = sorted_list(group ? group->lines : NULL, n, sizeof(*group->lines),
					 sorted_group_line_cmp);
	struct out text;

	out_init(&text, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		out_text(&text, i ? "; " : "");
		canon_group_line_write(lines[i], &text);
	}
	free(lines);
	return out_take(&text);
}

/* What a mark has that does not say its family. */
static uint16_t mark_family(const struct conf_virtual_server *vs)
{
	for (size_t i = 0; i < vs->n_members; i++)
		if (!vs->members[i].line->family)
			return vs->members[i].key.family;
	return AF_UNSPEC;
}

static void group_fields(struct out *out, const struct conf_virtual_server *older,
			 const struct conf_virtual_server *newer)
{
	uint16_t from = mark_family(older), to = mark_family(newer);
	char *a, *b;

	if (!older->group && !newer->group)
		return;
	a = group_text(older->group);
	b = group_text(newer->group);
	field_text(out, "members", a, b);
	free(a);
	free(b);
	if (from && to)
		field_text(out, "ip_family", from == AF_INET6 ? "inet6" : "inet",
			   to == AF_INET6 ? "inet6" : "inet");
}

static void sorry_server_fields(struct out *out, const struct conf_virtual_server *older,
				const struct conf_virtual_server *newer)
{
	char a[ENDPOINT_TEXT_MAX] = "", b[ENDPOINT_TEXT_MAX] = "";

	if (older->has_sorry_server)
		endpoint_format(&older->sorry_server.ep, a);
	if (newer->has_sorry_server)
		endpoint_format(&newer->sorry_server.ep, b);
	field_text(out, "sorry_server", a, b);
	if (!older->has_sorry_server || !newer->has_sorry_server)
		return;
	field_switch(out, "sorry_server_inhibit", older->is_sorry_inhibiting,
		     newer->is_sorry_inhibiting);
	forwarding_field(out, "sorry_server_lvs_method", &older->sorry_server,
			 &newer->sorry_server);
}

void fields_virtual_server(const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer, struct out *out)
{
	struct conf_real_server a = {.method = older->method, .tunnel = older->tunnel};
	struct conf_real_server b = {.method = newer->method, .tunnel = newer->tunnel};

	group_fields(out, older, newer);
	scheduling_fields(out, older, newer);
	forwarding_field(out, "lvs_method", &a, &b);
	field_number(out, "weight", older->weight, newer->weight);
	field_number(out, "persistence_timeout", older->persistence_timeout,
		     newer->persistence_timeout);
	granularity_field(out, older, newer);
	field_text(out, "persistence_engine", older->persistence_engine, newer->persistence_engine);
	field_seconds(out, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
	field_number(out, "quorum", older->quorum, newer->quorum);
	field_number(out, "hysteresis", older->hysteresis, newer->hysteresis);
	field_script(out, "quorum_up", older->quorum_up, newer->quorum_up);
	field_script(out, "quorum_down", older->quorum_down, newer->quorum_down);
	field_switch(out, "alpha", older->is_alpha, newer->is_alpha);
	field_switch(out, "omega", older->is_omega, newer->is_omega);
	field_number(out, "drain_timeout", older->drain_timeout, newer->drain_timeout);
	field_switch(out, "drain_on_failure", older->is_drained_on_failure,
		     newer->is_drained_on_failure);
	field_number(out, "slow_start", older->slow_start, newer->slow_start);
	sorry_server_fields(out, older, newer);
	fields_host(older, newer, out);
}

void fields_real_server(const struct conf_real_server *older, const struct conf_real_server *newer,
			struct out *out)
{
	field_number(out, "weight", older->weight, newer->weight);
	forwarding_field(out, "lvs_method", older, newer);
	field_number(out, "uthreshold", older->upper_threshold, newer->upper_threshold);
	field_number(out, "lthreshold", older->lower_threshold, newer->lower_threshold);
	field_switch(out, "inhibit_on_failure", older->is_inhibiting, newer->is_inhibiting);
	field_script(out, "notify_up", older->notify_up, newer->notify_up);
	field_script(out, "notify_down", older->notify_down, newer->notify_down);
}

/* "200 301-302", for free(). */
static char *statuses_text(const struct conf_url *url)
{
	struct out out;

	out_init(&out, NULL, NULL);
	canon_statuses_write(url, &out);
	return out_take(&out);
}

static bool statuses_are_same(const struct conf_url *a, const struct conf_url *b)
{
	return a->n_statuses == b->n_statuses &&
	       !memcmp(a->statuses, b->statuses, a->n_statuses * sizeof(*a->statuses));
}

static void statuses_field(struct out *out, const char *name, const struct conf_url *older,
			   const struct conf_url *newer)
{
	char *a, *b;

	if (statuses_are_same(older, newer))
		return;
	a = statuses_text(older);
	b = statuses_text(newer);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

/* Room for "url#4294967295 status_code". */
#define URL_NAME_MAX 48

static const char *url_name(char name[static URL_NAME_MAX], size_t i, const char *field)
{
	snprintf(name, URL_NAME_MAX, "url#%zu %s", i + 1, field);
	return name;
}

/* Number i of both sides. */
static void url_fields(struct out *out, size_t i, const struct conf_url *older,
		       const struct conf_url *newer)
{
	char name[URL_NAME_MAX];

	field_text(out, url_name(name, i, "path"), older->path, newer->path);
	field_text(out, url_name(name, i, "virtualhost"), older->host, newer->host);
	field_text(out, url_name(name, i, "digest"), older->digest, newer->digest);
	statuses_field(out, url_name(name, i, "status_code"), older, newer);
}

static void urls_fields(struct out *out, const struct conf_check *older,
			const struct conf_check *newer)
{
	for (size_t i = 0; i < older->n_urls || i < newer->n_urls; i++) {
		if (i >= older->n_urls)
			field_element(out, "url", "", newer->urls[i].path);
		else if (i >= newer->n_urls)
			field_element(out, "url", older->urls[i].path, "");
		else
			url_fields(out, i, &older->urls[i], &newer->urls[i]);
	}
}

void fields_check(const struct conf_check *older, const struct conf_check *newer, struct out *out)
{
	field_endpoint(out, "target", &older->target, &newer->target);
	field_endpoint(out, "bind", &older->bind, &newer->bind);
	field_seconds(out, "connect_timeout", older->connect_timeout_us, newer->connect_timeout_us);
	field_number(out, "retry", older->retry, newer->retry);
	field_seconds(out, "delay_before_retry", older->delay_before_retry_us,
		      newer->delay_before_retry_us);
	field_seconds(out, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
	field_seconds(out, "warmup", older->warmup_us, newer->warmup_us);
	field_text(out, "http_protocol", canon_http_version_name(older->http_version),
		   canon_http_version_name(newer->http_version));
	urls_fields(out, older, newer);
	field_text(out, "sni_name", older->sni, newer->sni);
	field_script(out, "misc_path", older->script, newer->script);
	field_seconds(out, "misc_timeout", older->script_timeout_us, newer->script_timeout_us);
	field_switch(out, "misc_dynamic", older->is_dynamic, newer->is_dynamic);
	field_switch(out, "alpha", older->is_alpha, newer->is_alpha);
}
