/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/fields.h"
#include "conf/canon.h"
#include "conf/field.h"

#include <stdio.h>
#include <stdlib.h>
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

void fields_real_server(const struct conf_real_server *older, const struct conf_real_server *newer,
			struct out *out)
{
	field_number(out, "weight", older->weight, newer->weight);
	field_text(out, "lvs_method", conf_method_name(older->method),
		   conf_method_name(newer->method));
	field_switch(out, "inhibit_on_failure", older->is_inhibiting, newer->is_inhibiting);
	field_script(out, "notify_up", &older->notify_up, &newer->notify_up);
	field_script(out, "notify_down", &older->notify_down, &newer->notify_down);
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
	field_text(out, "http_protocol", canon_http_version_name(older->http_version),
		   canon_http_version_name(newer->http_version));
	urls_fields(out, older, newer);
	field_text(out, "sni_name", older->sni, newer->sni);
	field_script(out, "misc_path", &older->script, &newer->script);
	field_seconds(out, "misc_timeout", older->script_timeout_us, newer->script_timeout_us);
	field_switch(out, "misc_dynamic", older->is_dynamic, newer->is_dynamic);
	field_switch(out, "alpha", older->is_alpha, newer->is_alpha);
}
