/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/fields.h"
#include "conf/canon.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void name_write(struct out *out, const char *name)
{
	if (out->len)
		out_text(out, ", ");
	out_text(out, name);
	out_text(out, " ");
}

/* A text without blanks at its ends, and "none" where there is none. */
static void text_write(struct out *out, const char *text)
{
	out_text(out, text[0] ? text : "none");
}

static void text_field(struct out *out, const char *name, const char *older, const char *newer)
{
	if (!strcmp(older, newer))
		return;
	name_write(out, name);
	text_write(out, older);
	out_text(out, " -> ");
	text_write(out, newer);
}

static void number_field(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	name_write(out, name);
	out_number(out, older);
	out_text(out, " -> ");
	out_number(out, newer);
}

static void seconds_field(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	name_write(out, name);
	out_seconds(out, older);
	out_text(out, " -> ");
	out_seconds(out, newer);
}

static void addr_field(struct out *out, const char *name, const struct addr *older,
		       const struct addr *newer)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	if (addr_cmp(older, newer))
		text_field(out, name, addr_format(older, a), addr_format(newer, b));
}

static void endpoint_field(struct out *out, const char *name, const struct endpoint *older,
			   const struct endpoint *newer)
{
	char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];

	if (endpoint_cmp(older, newer))
		text_field(out, name, endpoint_format(older, a), endpoint_format(newer, b));
}

void fields_global(const struct conf_global *older, const struct conf_global *newer,
		   struct out *out)
{
	const struct conf_sync_daemon *a = &older->sync_daemon, *b = &newer->sync_daemon;

	text_field(out, "router_id", older->router_id, newer->router_id);
	text_field(out, "lvs_sync_daemon", a->is_on ? a->interface : "off",
		   b->is_on ? b->interface : "off");
	if (!a->is_on || !b->is_on)
		return;
	text_field(out, "lvs_sync_daemon inst", a->instance, b->instance);
	number_field(out, "lvs_sync_daemon id", a->syncid, b->syncid);
	number_field(out, "lvs_sync_daemon maxlen", a->maxlen, b->maxlen);
	number_field(out, "lvs_sync_daemon port", a->port, b->port);
	number_field(out, "lvs_sync_daemon ttl", a->ttl, b->ttl);
	addr_field(out, "lvs_sync_daemon group", &a->group, &b->group);
}

static bool vip_is_same(const struct conf_vip *a, const struct conf_vip *b)
{
	return !addr_cmp(&a->addr, &b->addr) && a->prefix_len == b->prefix_len &&
	       !strcmp(a->interface, b->interface) && !strcmp(a->label, b->label) &&
	       a->scope == b->scope && !addr_cmp(&a->broadcast, &b->broadcast);
}

static void vip_write(struct out *out, const char *verb, const struct conf_vip *vip)
{
	name_write(out, verb);
	out_addr(out, &vip->addr);
	out_text(out, "/");
	out_number(out, vip->prefix_len);
	out_text(out, " dev ");
	out_text(out, vip->interface);
}

static int vip_cmp(const void *left, const void *right)
{
	const struct conf_vip *const *a = left, *const *b = right;

	return addr_cmp(&(*a)->addr, &(*b)->addr);
}

static const struct conf_vip **vips_sorted(const struct conf_vrrp *vrrp)
{
	const struct conf_vip **list = mem_calloc(vrrp->n_vips, sizeof(*list));

	for (size_t i = 0; i < vrrp->n_vips; i++)
		list[i] = &vrrp->vips[i];
	qsort(list, vrrp->n_vips, sizeof(*list), vip_cmp);
	return list;
}

static void vips_fields(struct out *out, const struct conf_vrrp *older,
			const struct conf_vrrp *newer)
{
	const struct conf_vip **old_list = vips_sorted(older), **new_list = vips_sorted(newer);
	size_t i = 0, k = 0;

	while (i < older->n_vips || k < newer->n_vips) {
		int order = i == older->n_vips   ? 1
			    : k == newer->n_vips ? -1
						 : vip_cmp(&old_list[i], &new_list[k]);

		if (order < 0)
			vip_write(out, "address removed", old_list[i++]);
		else if (order > 0)
			vip_write(out, "address added", new_list[k++]);
		else if (i++, !vip_is_same(old_list[i - 1], new_list[k++]))
			vip_write(out, "address changed", new_list[k - 1]);
	}
	free(old_list);
	free(new_list);
}

void fields_vrrp(const struct conf_vrrp *older, const struct conf_vrrp *newer, struct out *out)
{
	text_field(out, "interface", older->interface, newer->interface);
	number_field(out, "virtual_router_id", older->vrid, newer->vrid);
	number_field(out, "priority", older->priority, newer->priority);
	number_field(out, "version", older->version, newer->version);
	seconds_field(out, "advert_int", older->advert_int_us, newer->advert_int_us);
	text_field(out, "state", older->wants_master ? "MASTER" : "BACKUP",
		   newer->wants_master ? "MASTER" : "BACKUP");
	text_field(out, "preemption", older->is_preempting ? "preempt" : "nopreempt",
		   newer->is_preempting ? "preempt" : "nopreempt");
	vips_fields(out, older, newer);
}

void fields_virtual_server(const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer, struct out *out)
{
	text_field(out, "lvs_sched", older->scheduler, newer->scheduler);
	text_field(out, "lvs_method", conf_method_name(older->method),
		   conf_method_name(newer->method));
	number_field(out, "persistence_timeout", older->persistence_timeout,
		     newer->persistence_timeout);
	seconds_field(out, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
}

/* "http#1", as logs name a check. */
static void check_name(struct out *out, const struct conf_check *check)
{
	out_text(out, check->type == CONF_CHECK_HTTP ? "http#" : "tcp#");
	out_number(out, check->ordinal);
}

static void check_presence(struct out *out, const char *verb, const struct conf_check *check)
{
	name_write(out, verb);
	check_name(out, check);
}

static void urls_field(struct out *out, const struct conf_check *older,
		       const struct conf_check *newer)
{
	struct out a, b;
	bool is_same;

	out_init(&a, NULL, NULL);
	out_init(&b, NULL, NULL);
	canon_write_urls(older, &a);
	canon_write_urls(newer, &b);
	is_same = a.len == b.len && (!a.len || !memcmp(a.text, b.text, a.len));
	out_fini(&a);
	out_fini(&b);
	if (!is_same) {
		name_write(out, "urls");
		out_text(out, "changed");
	}
}

static void check_fields(struct out *out, const struct conf_check *older,
			 const struct conf_check *newer)
{
	static const char *const versions[] = {"1.0", "1.0C", "1.1"};
	struct out own;

	out_init(&own, NULL, NULL);
	endpoint_field(&own, "target", &older->target, &newer->target);
	endpoint_field(&own, "bind", &older->bind, &newer->bind);
	seconds_field(&own, "connect_timeout", older->connect_timeout_us,
		      newer->connect_timeout_us);
	number_field(&own, "retry", older->retry, newer->retry);
	seconds_field(&own, "delay_before_retry", older->delay_before_retry_us,
		      newer->delay_before_retry_us);
	seconds_field(&own, "delay_loop", older->delay_loop_us, newer->delay_loop_us);
	text_field(&own, "http_protocol", versions[older->http_version],
		   versions[newer->http_version]);
	urls_field(&own, older, newer);
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
	number_field(out, "weight", older->weight, newer->weight);
	text_field(out, "lvs_method", conf_method_name(older->method),
		   conf_method_name(newer->method));
	for (int type = CONF_CHECK_TCP; type <= CONF_CHECK_HTTP; type++)
		checks_fields(out, (enum conf_check_type)type, older, newer);
}
