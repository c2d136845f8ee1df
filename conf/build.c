/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/build.h"
#include "conf/resolve.h"
#include "conf/value.h"

struct schema_value build_default(const struct draft *draft, enum schema_id id)
{
	return value_default(lookup_row(draft->lookup, id));
}

const struct conf_place *build_place(const struct node *node, enum schema_id id)
{
	const struct node *child = resolve_child(node, id);

	if (!child)
		return parse_place(node);
	return &child->words[child->n_words > 1 ? 1 : 0].place;
}

static void sync_daemon_build(struct draft *draft, const struct node *line)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;
	struct arena *arena = draft->conf->arena;

	draft->sync_daemon = line;
	sync->is_on = true;
	sync->place = *parse_place(line);
	sync->interface = arena_strdup(arena, line->value.text);
	for (const struct node *node = line->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_SYNC_INST:
			sync->instance = arena_strdup(arena, node->value.text);
			break;
		case KW_SYNC_ID:
			sync->syncid = (uint8_t)node->value.number;
			break;
		case KW_SYNC_MAXLEN:
			sync->maxlen = (uint16_t)node->value.number;
			break;
		case KW_SYNC_PORT:
			sync->port = (uint16_t)node->value.number;
			break;
		case KW_SYNC_TTL:
			sync->ttl = (uint8_t)node->value.number;
			break;
		case KW_SYNC_GROUP:
			sync->group = node->value.addr;
			break;
		default:
			break;
		}
	}
}

static void global_build(struct draft *draft, const struct node *block)
{
	struct conf_global *global = &draft->conf->global;

	for (const struct node *node = block->children; node; node = node->next) {
		if (resolve_id(node) == KW_ROUTER_ID)
			global->router_id = arena_strdup(draft->conf->arena, node->value.text);
		else if (resolve_id(node) == KW_LVS_SYNC_DAEMON)
			sync_daemon_build(draft, node);
	}
}

static void objects_build(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	size_t n_vrrps = 0, n_vs = 0;

	for (const struct node *node = root->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_GLOBAL_DEFS:
			global_build(draft, node);
			break;
		case KW_VRRP_INSTANCE:
			draft->vrrps[n_vrrps] = node;
			build_vrrp(draft, node, &conf->vrrps[n_vrrps++]);
			break;
		case KW_VIRTUAL_SERVER:
			draft->virtual_servers[n_vs] = node;
			build_virtual_server(draft, node, &conf->virtual_servers[n_vs++]);
			break;
		default:
			break;
		}
	}
}

void build_draft(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;

	conf->global.router_id = "";
	conf->global.sync_daemon.interface = "";
	conf->global.sync_daemon.instance = "";
	conf->n_vrrps = resolve_count(root, KW_VRRP_INSTANCE);
	conf->vrrps = arena_calloc(conf->arena, conf->n_vrrps, sizeof(*conf->vrrps));
	draft->vrrps = mem_calloc(conf->n_vrrps, sizeof(*draft->vrrps));
	conf->n_virtual_servers = resolve_count(root, KW_VIRTUAL_SERVER);
	conf->virtual_servers =
	    arena_calloc(conf->arena, conf->n_virtual_servers, sizeof(*conf->virtual_servers));
	draft->virtual_servers =
	    mem_calloc(conf->n_virtual_servers, sizeof(*draft->virtual_servers));
	objects_build(draft, root);
}

void build_fini(struct draft *draft)
{
	free(draft->vrrps);
	free(draft->virtual_servers);
	draft->vrrps = draft->virtual_servers = NULL;
}
