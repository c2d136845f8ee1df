/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/needs.h"
#include "base/vec.h"

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

static void script_add(struct needs *needs, const char *what, const struct conf_script *script)
{
	if (!script || !script->argc)
		return;
	*vec_push(&needs->list) = (struct conf_need){.kind = CONF_NEED_SCRIPT,
						     .text = script->argv[0],
						     .user = script->user,
						     .group = script->group,
						     .what = what,
						     .place = script->place};
	need_add(needs, CONF_NEED_USER, what, script->user, &script->user_place);
	need_add(needs, CONF_NEED_GROUP, what, script->group, &script->group_place);
}

/* A FIFO, which lvsd makes itself, and the program that reads it. */
static void fifo_add(struct needs *needs, const char *what, const struct conf_script *fifo,
		     const char *reader_what, const struct conf_script *reader)
{
	if (!fifo)
		return;
	need_add(needs, CONF_NEED_USER, what, fifo->user, &fifo->place);
	need_add(needs, CONF_NEED_GROUP, what, fifo->group, &fifo->place);
	script_add(needs, reader_what, reader);
}

static void global_add(struct needs *needs, const struct conf_global *global)
{
	need_add(needs, CONF_NEED_INTERFACE, "lvs_sync_daemon", global->sync_daemon.interface,
		 &global->sync_daemon.place);
	need_add(needs, CONF_NEED_USER, "script_user", global->script_user,
		 &global->script_user_place);
	need_add(needs, CONF_NEED_GROUP, "script_user", global->script_group,
		 &global->script_group_place);
	need_add(needs, CONF_NEED_FILE, "ca", global->tls.ca, &global->tls.ca_place);
	need_add(needs, CONF_NEED_FILE, "certificate", global->tls.certificate,
		 &global->tls.certificate_place);
	need_add(needs, CONF_NEED_FILE, "key", global->tls.key, &global->tls.key_place);
	fifo_add(needs, "notify_fifo", global->notify_fifo, "notify_fifo_script",
		 global->notify_fifo_script);
	fifo_add(needs, "vrrp_notify_fifo", global->vrrp_notify_fifo, "vrrp_notify_fifo_script",
		 global->vrrp_notify_fifo_script);
	fifo_add(needs, "lvs_notify_fifo", global->lvs_notify_fifo, "lvs_notify_fifo_script",
		 global->lvs_notify_fifo_script);
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
	need_add(needs, CONF_NEED_INTERFACE, "interface", vrrp->interface, &vrrp->interface_place);
	source_add(needs, vrrp);
	for (size_t i = 0; i < conf_n_held(vrrp); i++)
		if (strcmp(conf_held(vrrp, i)->interface, vrrp->interface))
			need_add(needs, CONF_NEED_INTERFACE, "dev", conf_held(vrrp, i)->interface,
				 &conf_held(vrrp, i)->place);
	for (size_t i = 0; i < vrrp->n_tracks; i++)
		if (vrrp->tracks[i].kind == CONF_TRACKER_INTERFACE)
			need_add(needs, CONF_NEED_INTERFACE, "track_interface",
				 vrrp->tracks[i].name, &vrrp->tracks[i].place);
	script_add(needs, "notify_master", vrrp->notify_master);
	script_add(needs, "notify_backup", vrrp->notify_backup);
	script_add(needs, "notify_fault", vrrp->notify_fault);
	script_add(needs, "notify_stop", vrrp->notify_stop);
	script_add(needs, "notify", vrrp->notify);
	script_add(needs, "notify_deleted", vrrp->notify_deleted);
	script_add(needs, "notify_master_rx_lower_pri", vrrp->notify_lower);
}

static void sync_group_add(struct needs *needs, const struct conf_sync_group *group)
{
	script_add(needs, "notify_master", group->notify_master);
	script_add(needs, "notify_backup", group->notify_backup);
	script_add(needs, "notify_fault", group->notify_fault);
	script_add(needs, "notify_stop", group->notify_stop);
	script_add(needs, "notify", group->notify);
}

/* A path that is only opened is not a program. */
static void vrrp_script_add(struct needs *needs, const struct conf_vrrp_script *script)
{
	if (script->script->argv[0][0] != '<')
		script_add(needs, "script", script->script);
}

static void virtual_server_add(struct needs *needs, const struct conf_virtual_server *vs)
{
	script_add(needs, "quorum_up", vs->quorum_up);
	script_add(needs, "quorum_down", vs->quorum_down);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		script_add(needs, "notify_up", rs->notify_up);
		script_add(needs, "notify_down", rs->notify_down);
		for (size_t k = 0; k < rs->n_checks; k++)
			script_add(needs, "misc_path", rs->checks[k].script);
	}
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
	needs->list.n = n;
	qsort(needs->list.items, n, sizeof(*needs->list.items), by_place);
}

size_t conf_needs(const struct conf *conf, struct conf_need **ret_needs)
{
	struct needs needs = {0};

	global_add(&needs, &conf->global);
	for (size_t i = 0; i < conf->statics.n_addresses; i++)
		need_add(&needs, CONF_NEED_INTERFACE, "dev", conf->statics.addresses[i].interface,
			 &conf->statics.addresses[i].place);
	for (size_t i = 0; i < conf->n_vrrp_scripts; i++)
		vrrp_script_add(&needs, &conf->vrrp_scripts[i]);
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		sync_group_add(&needs, &conf->sync_groups[i]);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		vrrp_add(&needs, &conf->vrrps[i]);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		virtual_server_add(&needs, &conf->virtual_servers[i]);
	repeated_drop(&needs);
	*ret_needs = needs.list.items;
	return needs.list.n;
}
