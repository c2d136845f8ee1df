/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/fields.h"
#include "conf/canon.h"
#include "conf/field.h"

#include <string.h>

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
	field_text(out, "sorry_server_lvs_method", conf_method_name(older->sorry_server.method),
		   conf_method_name(newer->sorry_server.method));
}

void fields_virtual_server(const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer, struct out *out)
{
	field_text(out, "lvs_sched", older->scheduler, newer->scheduler);
	field_text(out, "lvs_method", conf_method_name(older->method),
		   conf_method_name(newer->method));
	field_number(out, "persistence_timeout", older->persistence_timeout,
		     newer->persistence_timeout);
	field_seconds(out, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
	field_number(out, "quorum", older->quorum, newer->quorum);
	field_number(out, "hysteresis", older->hysteresis, newer->hysteresis);
	field_script(out, "quorum_up", &older->quorum_up, &newer->quorum_up);
	field_script(out, "quorum_down", &older->quorum_down, &newer->quorum_down);
	field_switch(out, "alpha", older->is_alpha, newer->is_alpha);
	field_switch(out, "omega", older->is_omega, newer->is_omega);
	sorry_server_fields(out, older, newer);
}

/* "http#1", as logs name a check. */
static void check_name(struct out *out, const struct conf_check *check)
{
	static const char *const names[] = {"tcp#", "http#", "ssl#", "misc#"};

	out_text(out, names[check->type]);
	out_number(out, check->ordinal);
}

static void check_presence(struct out *out, const char *verb, const struct conf_check *check)
{
	field_name(out, verb);
	check_name(out, check);
}

static bool url_is_same(const struct conf_url *a, const struct conf_url *b)
{
	return !strcmp(a->path, b->path) && !strcmp(a->host, b->host) &&
	       !strcmp(a->digest, b->digest) && a->n_statuses == b->n_statuses &&
	       !memcmp(a->statuses, b->statuses, a->n_statuses * sizeof(*a->statuses));
}

static void urls_field(struct out *out, const struct conf_check *older,
		       const struct conf_check *newer)
{
	bool is_same = older->n_urls == newer->n_urls;

	for (size_t i = 0; is_same && i < older->n_urls; i++)
		is_same = url_is_same(&older->urls[i], &newer->urls[i]);
	if (!is_same) {
		field_name(out, "urls");
		out_text(out, "changed");
	}
}

static void check_fields(struct out *out, const struct conf_check *older,
			 const struct conf_check *newer)
{
	struct out own;

	out_init(&own, NULL, NULL);
	field_endpoint(&own, "target", &older->target, &newer->target);
	field_endpoint(&own, "bind", &older->bind, &newer->bind);
	field_seconds(&own, "connect_timeout", older->connect_timeout_us,
		      newer->connect_timeout_us);
	field_number(&own, "retry", older->retry, newer->retry);
	field_seconds(&own, "delay_before_retry", older->delay_before_retry_us,
		      newer->delay_before_retry_us);
	field_seconds(&own, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
	field_text(&own, "http_protocol", canon_http_version_name(older->http_version),
		   canon_http_version_name(newer->http_version));
	urls_field(&own, older, newer);
	field_text(&own, "sni_name", older->sni, newer->sni);
	field_script(&own, "misc_path", &older->script, &newer->script);
	field_seconds(&own, "misc_timeout", older->script_timeout_us, newer->script_timeout_us);
	field_switch(&own, "misc_dynamic", older->is_dynamic, newer->is_dynamic);
	field_switch(&own, "alpha", older->is_alpha, newer->is_alpha);
	if (own.len) {
		out_text(out, out->len ? ", check=" : "check=");
		check_name(out, newer);
		out_text(out, " ");
		out_bytes(out, own.text, own.len);
	}
	out_fini(&own);
}

/* The next check of a type from *i on, or NULL; *i goes behind it. */
static const struct conf_check *check_next(const struct conf_real_server *rs,
					   enum conf_check_type type, size_t *i)
{
	while (*i < rs->n_checks)
		if (rs->checks[(*i)++].type == type)
			return &rs->checks[*i - 1];
	return NULL;
}

/* Checks of one type are counted in file order: the n-th here is the n-th there. */
static void checks_fields(struct out *out, enum conf_check_type type,
			  const struct conf_real_server *older,
			  const struct conf_real_server *newer)
{
	const struct conf_check *a, *b;
	size_t i = 0, k = 0;

	for (;;) {
		a = check_next(older, type, &i);
		b = check_next(newer, type, &k);
		if (a && b)
			check_fields(out, a, b);
		else if (a)
			check_presence(out, "check removed", a);
		else if (b)
			check_presence(out, "check added", b);
		else
			return;
	}
}

void fields_real_server(const struct conf_real_server *older, const struct conf_real_server *newer,
			struct out *out)
{
	field_number(out, "weight", older->weight, newer->weight);
	field_text(out, "lvs_method", conf_method_name(older->method),
		   conf_method_name(newer->method));
	field_switch(out, "inhibit_on_failure", older->is_inhibiting, newer->is_inhibiting);
	field_script(out, "notify_up", &older->notify_up, &newer->notify_up);
	field_script(out, "notify_down", &older->notify_down, &newer->notify_down);
	for (int type = CONF_CHECK_TCP; type <= CONF_CHECK_MISC; type++)
		checks_fields(out, (enum conf_check_type)type, older, newer);
}
