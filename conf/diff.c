/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of a comparison are sorted by key and walked together: a key on the old side alone is
 * a removal, on the new side alone an addition, on both sides a change or nothing. One walk serves
 * all kinds of objects; struct kind says how.
 */
#include "conf/diff.h"
#include "conf/fields.h"
#include "conf/sorted.h"

struct walk {
	struct conf_diff *diff;
	const struct conf_virtual_server *old_vs, *new_vs; /* around real servers */
};

/* How objects of one kind are compared; either side is NULL when it does not have the key. */
struct kind {
	size_t size;
	sorted_cmp_fn *cmp; /* by key */
	void (*visit)(struct walk *walk, const void *older, const void *newer);
};

static void walk_objects(struct walk *walk, const struct kind *kind, const void *old_items,
			 size_t n_old, const void *new_items, size_t n_new)
{
	const void **older = sorted_list(old_items, n_old, kind->size, kind->cmp);
	const void **newer = sorted_list(new_items, n_new, kind->size, kind->cmp);
	size_t i = 0, k = 0;

	while (i < n_old || k < n_new) {
		int order = i == n_old ? 1 : k == n_new ? -1 : kind->cmp(&older[i], &newer[k]);
		const void *from = order <= 0 ? older[i++] : NULL;
		const void *to = order >= 0 ? newer[k++] : NULL;

		kind->visit(walk, from, to);
	}
	free(older);
	free(newer);
}

/* An entry whose kind follows from which side has the object. */
static struct conf_change *change_add(struct walk *walk, enum conf_object object, const void *older,
				      const void *newer)
{
	struct conf_change *change = vec_push(&walk->diff->changes);

	change->object = object;
	change->kind = !older ? CONF_CHANGE_ADD : !newer ? CONF_CHANGE_REMOVE : CONF_CHANGE_CHANGE;
	return change;
}

static const char *verb(const struct conf_change *change)
{
	static const char *const verbs[] = {"add", "change", "remove"};

	return verbs[change->kind];
}

static void visit_vrrp(struct walk *walk, const void *left, const void *right)
{
	const struct conf_vrrp *older = left, *newer = right, *any = newer ? newer : older;
	struct conf_change *change;
	struct out out;
	char *fields;

	out_init(&out, NULL, NULL);
	if (older && newer)
		fields_vrrp(older, newer, &out);
	if (older && newer && !out.len) {
		walk->diff->n_kept++;
		out_fini(&out);
		return;
	}
	fields = out_take(&out);
	change = change_add(walk, CONF_OBJECT_VRRP, older, newer);
	change->old_vrrp = older;
	change->new_vrrp = newer;
	if (older && newer)
		change->text = mem_printf("change vrrp=%s %s", any->name, fields);
	else
		change->text =
		    mem_printf("%s vrrp=%s interface %s, virtual_router_id %u, %zu address%s",
			       verb(change), any->name, any->interface, any->vrid, any->n_vips,
			       any->n_vips == 1 ? "" : "es");
	free(fields);
}

static void visit_real_server(struct walk *walk, const void *left, const void *right)
{
	const struct conf_real_server *older = left, *newer = right, *any = newer ? newer : older;
	char key[SVCKEY_TEXT_MAX], ep[ENDPOINT_TEXT_MAX];
	struct conf_change *change;
	struct out out;
	char *fields;

	out_init(&out, NULL, NULL);
	if (older && newer)
		fields_real_server(older, newer, &out);
	if (older && newer && !out.len) {
		walk->diff->n_kept++;
		out_fini(&out);
		return;
	}
	fields = out_take(&out);
	change = change_add(walk, CONF_OBJECT_REAL_SERVER, older, newer);
	change->old_vs = walk->old_vs;
	change->new_vs = walk->new_vs;
	change->old_rs = older;
	change->new_rs = newer;
	svckey_format(&walk->new_vs->key, key);
	endpoint_format(&any->ep, ep);
	if (older && newer)
		change->text = mem_printf("change vs=%s rs=%s %s", key, ep, fields);
	else
		change->text =
		    mem_printf("%s vs=%s rs=%s weight %u", verb(change), key, ep, any->weight);
	free(fields);
}

static void visit_same_virtual_server(struct walk *walk, const struct conf_virtual_server *older,
				      const struct conf_virtual_server *newer)
{
	static const struct kind real_servers = {sizeof(struct conf_real_server),
						 sorted_real_server_cmp, visit_real_server};
	struct conf_change *change;
	char key[SVCKEY_TEXT_MAX];
	struct out out;
	char *fields;

	out_init(&out, NULL, NULL);
	fields_virtual_server(older, newer, &out);
	if (out.len) {
		fields = out_take(&out);
		change = change_add(walk, CONF_OBJECT_VIRTUAL_SERVER, older, newer);
		change->old_vs = older;
		change->new_vs = newer;
		change->text =
		    mem_printf("change vs=%s %s", svckey_format(&newer->key, key), fields);
		free(fields);
	} else {
		walk->diff->n_kept++;
	}
	out_fini(&out);
	walk->old_vs = older;
	walk->new_vs = newer;
	walk_objects(walk, &real_servers, older->real_servers, older->n_real_servers,
		     newer->real_servers, newer->n_real_servers);
}

static void visit_virtual_server(struct walk *walk, const void *left, const void *right)
{
	const struct conf_virtual_server *older = left, *newer = right,
					 *any = newer ? newer : older;
	struct conf_change *change;
	char key[SVCKEY_TEXT_MAX];

	if (older && newer) {
		visit_same_virtual_server(walk, older, newer);
		return;
	}
	change = change_add(walk, CONF_OBJECT_VIRTUAL_SERVER, older, newer);
	change->old_vs = older;
	change->new_vs = newer;
	change->text =
	    mem_printf("%s vs=%s %s, %s, %zu real server%s", verb(change),
		       svckey_format(&any->key, key), any->scheduler, conf_method_name(any->method),
		       any->n_real_servers, any->n_real_servers == 1 ? "" : "s");
}

static void global_diff(struct walk *walk, const struct conf_global *older,
			const struct conf_global *newer)
{
	struct conf_change *change;
	struct out out;
	char *fields;

	out_init(&out, NULL, NULL);
	fields_global(older, newer, &out);
	if (out.len) {
		fields = out_take(&out);
		change = change_add(walk, CONF_OBJECT_GLOBAL, older, newer);
		change->text = mem_printf("change global %s", fields);
		free(fields);
	}
	out_fini(&out);
}

void conf_diff(const struct conf *older, const struct conf *newer, struct conf_diff *ret_diff)
{
	static const struct kind vrrps = {sizeof(struct conf_vrrp), sorted_vrrp_cmp, visit_vrrp};
	static const struct kind virtual_servers = {
	    sizeof(struct conf_virtual_server), sorted_virtual_server_cmp, visit_virtual_server};
	struct conf empty = {
	    .global = {.router_id = "",
		       .sync_daemon = {.interface = "", .instance = ""},
		       .script_user = "",
		       .script_group = "",
		       .tls = {.ca = "", .certificate = "", .key = "", .password = ""}}};
	struct conf_diff diff = {0};
	struct walk walk = {.diff = &diff};

	/* Where there is no file nothing else waits either: the gate is no change. */
	if (older || newer)
		empty.global.startup_gate_us = (newer ? newer : older)->global.startup_gate_us;
	older = older ? older : &empty;
	newer = newer ? newer : &empty;
	global_diff(&walk, &older->global, &newer->global);
	walk_objects(&walk, &vrrps, older->vrrps, older->n_vrrps, newer->vrrps, newer->n_vrrps);
	walk_objects(&walk, &virtual_servers, older->virtual_servers, older->n_virtual_servers,
		     newer->virtual_servers, newer->n_virtual_servers);
	*ret_diff = diff;
}

void conf_diff_fini(struct conf_diff *diff)
{
	for (size_t i = 0; i < diff->changes.n; i++)
		free(diff->changes.items[i].text);
	vec_free(&diff->changes);
	diff->n_kept = 0;
}
