/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/needs/needs.h"
#include "base/vec.h"
#include "conf/model/needs/script_uses.h"

struct needs {
	VEC(struct conf_need) list;
};

static void need_add(struct needs *needs, enum conf_need_kind kind, const char *what,
		     const char *text, const struct conf_place *place)
{
	if (text[0])
		*vec_push(&needs->list) = (struct conf_need){.kind = kind,
							     .text = text,
							     .user = "",
							     .group = "",
							     .what = what,
							     .place = *place};
}

static void interface_add(struct needs *needs, const char *what, const char *interface,
			  bool is_vital, const struct conf_place *place)
{
	size_t n = needs->list.n;

	need_add(needs, CONF_NEED_INTERFACE, what, interface, place);
	if (needs->list.n > n)
		needs->list.items[n].is_vital = is_vital;
}

static void script_add(const struct conf_script_use *use, void *arg)
{
	const struct conf_script *script = use->script;
	bool is_fifo = use->role == CONF_SCRIPT_FIFO;
	struct needs *needs = arg;

	/* `<PATH` of a vrrp_script runs nothing: the path is only opened. */
	if (!script->argc || (use->object == CONF_OBJECT_VRRP_SCRIPT && script->argv[0][0] == '<'))
		return;
	if (!is_fifo) /* lvsd makes a FIFO itself */
		*vec_push(&needs->list) = (struct conf_need){.kind = CONF_NEED_SCRIPT,
							     .text = script->argv[0],
							     .user = script->user,
							     .group = script->group,
							     .what = use->keyword,
							     .place = script->place};
	need_add(needs, CONF_NEED_USER, use->keyword, script->user,
		 is_fifo ? &script->place : &script->user_place);
	need_add(needs, CONF_NEED_GROUP, use->keyword, script->group,
		 is_fifo ? &script->place : &script->group_place);
}

static void global_add(struct needs *needs, const struct conf_global *global)
{
	need_add(needs, CONF_NEED_INTERFACE, "lvs_sync_daemon", global->sync_daemon.interface,
		 &global->sync_daemon.place);
	for (size_t i = 0; i < global->relay.n_keys; i++)
		need_add(needs, CONF_NEED_KEY_FILE, "key_file", global->relay.keys[i].path,
			 &global->relay.keys[i].place);
	need_add(needs, CONF_NEED_USER, "script_user", global->script_user,
		 &global->script_user_place);
	need_add(needs, CONF_NEED_GROUP, "script_user", global->script_group,
		 &global->script_group_place);
	need_add(needs, CONF_NEED_FILE, "ca", global->tls.ca, &global->tls.ca_place);
	need_add(needs, CONF_NEED_FILE, "certificate", global->tls.certificate,
		 &global->tls.certificate_place);
	need_add(needs, CONF_NEED_FILE, "key", global->tls.key, &global->tls.key_place);
}

static void routes_add(struct needs *needs, const struct conf_route *routes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		need_add(needs, CONF_NEED_INTERFACE, "dev", routes[i].interface, &routes[i].place);
		for (size_t k = 0; k < routes[i].n_hops; k++)
			need_add(needs, CONF_NEED_INTERFACE, "dev", routes[i].hops[k].interface,
				 &routes[i].hops[k].place);
	}
}

static void rules_add(struct needs *needs, const struct conf_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		need_add(needs, CONF_NEED_INTERFACE, "iif", rules[i].iif, &rules[i].place);
		need_add(needs, CONF_NEED_INTERFACE, "oif", rules[i].oif, &rules[i].place);
	}
}

static void statics_add(struct needs *needs, const struct conf_statics *statics)
{
	for (size_t i = 0; i < statics->n_addresses; i++)
		need_add(needs, CONF_NEED_INTERFACE, "dev", statics->addresses[i].interface,
			 &statics->addresses[i].place);
	routes_add(needs, statics->routes, statics->n_routes);
	rules_add(needs, statics->rules, statics->n_rules);
}

static void source_add(struct needs *needs, const struct conf_vrrp *vrrp)
{
	if (vrrp->source.family == AF_UNSPEC)
		return;
	need_add(needs, CONF_NEED_ADDRESS, "source", vrrp->interface, &vrrp->source_place);
	needs->list.items[needs->list.n - 1].addr = &vrrp->source;
}

static void vrrp_add(struct needs *needs, const struct conf_vrrp *vrrp)
{
	interface_add(needs, "interface", vrrp->interface, true, &vrrp->interface_place);
	source_add(needs, vrrp);
	for (size_t i = 0; i < conf_n_held(vrrp); i++)
		if (strcmp(conf_held(vrrp, i)->interface, vrrp->interface))
			interface_add(needs, "dev", conf_held(vrrp, i)->interface,
				      !conf_held(vrrp, i)->is_untracked, &conf_held(vrrp, i)->place);
	routes_add(needs, vrrp->routes, vrrp->n_routes);
	rules_add(needs, vrrp->rules, vrrp->n_rules);
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->tracks[i].kind == CONF_TRACKER_INTERFACE)
			interface_add(needs, "track_interface", vrrp->tracks[i].name,
				      !vrrp->tracks[i].weight && !vrrp->tracks[i].is_reverse,
				      &vrrp->tracks[i].place);
}

static int place_cmp(const struct conf_place *a, const struct conf_place *b)
{
	return a->at < b->at ? -1 : a->at > b->at;
}

static int thing_cmp(const struct conf_need *a, const struct conf_need *b)
{
	int order = a->kind < b->kind ? -1 : a->kind > b->kind;

	order = order ? order : strcmp(a->text, b->text);
	order = order ? order : strcmp(a->user, b->user);
	order = order ? order : strcmp(a->group, b->group);
	return order || !a->addr ? order : addr_cmp(a->addr, b->addr);
}

static int by_thing(const void *a, const void *b)
{
	int order = thing_cmp(a, b);

	return order ? order
		     : place_cmp(&((const struct conf_need *)a)->place,
				 &((const struct conf_need *)b)->place);
}

/* Needs at the same place keep the order of their kinds: a script comes before its user. */
static int by_place(const void *a, const void *b)
{
	int order =
	    place_cmp(&((const struct conf_need *)a)->place, &((const struct conf_need *)b)->place);

	return order ? order : thing_cmp(a, b);
}

/* Does lvsd make the interface itself, for use_vmac? */
static bool is_macvlan(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf->vrrps[i].n_vmacs; k++)
			if (!strcmp(conf->vrrps[i].vmacs[k].name, name))
				return true;
	return false;
}

static void macvlans_drop(struct needs *needs, const struct conf *conf)
{
	size_t n = 0;

	for (size_t i = 0; i < needs->list.n; i++)
		if (needs->list.items[i].kind != CONF_NEED_INTERFACE ||
		    !is_macvlan(conf, needs->list.items[i].text))
			needs->list.items[n++] = needs->list.items[i];
	needs->list.n = n;
}

/* Keeps each need only once, at its first place in the file. */
static void repeated_drop(struct needs *needs)
{
	size_t n = 0;

	if (!needs->list.n)
		return;
	qsort(needs->list.items, needs->list.n, sizeof(*needs->list.items), by_thing);
	for (size_t i = 0; i < needs->list.n; i++)
		if (!n || thing_cmp(&needs->list.items[n - 1], &needs->list.items[i]))
			needs->list.items[n++] = needs->list.items[i];
		else
			needs->list.items[n - 1].is_vital |= needs->list.items[i].is_vital;
	needs->list.n = n;
	qsort(needs->list.items, n, sizeof(*needs->list.items), by_place);
}

size_t conf_needs(const struct conf *conf, struct conf_need **ret_needs)
{
	struct needs needs = {0};

	global_add(&needs, &conf->global);
	statics_add(&needs, &conf->statics);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vrrp_add(&needs, &conf->vrrps[i]);
	conf_script_uses(conf, script_add, &needs);
	repeated_drop(&needs);
	macvlans_drop(&needs, conf);
	*ret_needs = needs.list.items;
	return needs.list.n;
}

static bool asks_for_libraries(const struct conf_real_server *rs)
{
	for (size_t i = 0; i < rs->n_checks; i++)
		if (rs->checks[i].n_urls || conf_check_starts_tls(&rs->checks[i]))
			return true;
	return false;
}

bool conf_needs_libraries(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t j = 0; j < conf->virtual_servers[i].n_real_servers; j++)
			if (asks_for_libraries(&conf->virtual_servers[i].real_servers[j]))
				return true;
	return conf_mail_is_sent(&conf->global.mail) || conf->global.relay.is_on;
}
