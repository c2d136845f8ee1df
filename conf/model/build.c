/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/build.h"
#include "conf/model/member.h"
#include "conf/model/route/build_route.h"
#include "conf/model/sync/build_sync.h"
#include "conf/model/vrrp/build_accept.h"
#include "conf/model/vrrp/build_links.h"
#include "conf/model/vrrp/build_protocol.h"
#include "conf/model/vrrp/crossing.h"

/* Keywords of global_defs with defaults for instances: an instance without a keyword of its own has
 * this value. */
static const struct {
	enum schema_id global, instance;
} instance_defaults[] = {
    {KW_VRRP_DOWN_TIMER_ADVERTS, KW_DOWN_TIMER_ADVERTS},
    {KW_VRRP_GARP_MASTER_DELAY, KW_GARP_MASTER_DELAY},
    {KW_VRRP_GARP_MASTER_REPEAT, KW_GARP_MASTER_REPEAT},
    {KW_VRRP_GARP_MASTER_REFRESH, KW_GARP_MASTER_REFRESH},
    {KW_VRRP_GARP_MASTER_REFRESH_REPEAT, KW_GARP_MASTER_REFRESH_REPEAT},
    {KW_VRRP_GARP_LOWER_PRIO_DELAY, KW_GARP_LOWER_PRIO_DELAY},
    {KW_VRRP_GARP_LOWER_PRIO_REPEAT, KW_GARP_LOWER_PRIO_REPEAT},
    {KW_VRRP_LOWER_PRIO_NO_ADVERT, KW_LOWER_PRIO_NO_ADVERT},
    {KW_VRRP_OWNER_IGNORE_ADVERTS, KW_OWNER_IGNORE_ADVERTS},
    {KW_GLOBAL_V3_CHECKSUM_AS_V2, KW_V3_CHECKSUM_AS_V2},
    {KW_VRRP_GARP_EXTRA_IF, KW_GARP_EXTRA_IF},
};

static void instance_default_take(struct draft *draft, const struct node *node)
{
	struct conf_vrrp *vrrp = &draft->templates.vrrp;

	/* A keyword that an instance does not have itself, but that is valid for all instances, has
	 * a field in the instance. */
	build_field(draft, node, CONF_OBJECT_VRRP, vrrp);
	for (size_t i = 0; i < sizeof(instance_defaults) / sizeof(instance_defaults[0]); i++)
		if (instance_defaults[i].global == resolve_id(node))
			member_number_set(build_field_of(draft, instance_defaults[i].instance,
							 CONF_OBJECT_VRRP),
					  vrrp, (uint64_t)node->value.number);
	if (resolve_id(node) == KW_VRRP_GARP_EXTRA_IF && build_has_lead(node))
		vrrp->garp_extra |= CONF_GARP_EXTRA_ALL;
}

/* Builds script_user before the other keywords of global_defs, as scripts and FIFOs of the same
 * block need it. */
static void script_user_build(struct draft *draft, const struct node *node)
{
	struct conf_global *global = &draft->conf->global;

	if (!node)
		return;
	build_user(draft, &node->value, &global->script_user, &global->script_group);
	global->script_user_place = node->words[1].place;
	global->script_group_place = node->words[node->value.script.group ? 2 : 1].place;
}

static void mail_server_build(struct draft *draft, const struct node *node)
{
	struct conf_mail *mail = &draft->conf->global.mail;
	int32_t port = node->value.host.port;

	mail->server = arena_strdup(draft->conf->arena, node->value.host.name);
	mail->port = port == SCHEMA_NO_PORT ? 0 : (uint16_t)port;
}

static void global_build(struct draft *draft, const struct node *block)
{
	struct conf_global *global = &draft->conf->global;
	const struct node *min_garp = resolve_child(block, KW_VRRP_MIN_GARP);

	draft->global_defs = block;
	if (min_garp && min_garp->value.number) {
		draft->templates.vrrp.garp_master_repeat = 1;
		draft->templates.vrrp.garp_master_delay = 0;
	}
	script_user_build(draft, resolve_child(block, KW_SCRIPT_USER));
	for (const struct node *node = block->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_SCRIPT_USER:
			break;
		case KW_VRRP_VERSION:
			draft->vrrp_version = (uint8_t)node->value.number;
			break;
		case KW_VRRP_STRICT:
			draft->is_vrrp_strict = node->value.number;
			break;
		case KW_CHECKER_LOG_ALL_FAILURES:
			for (size_t i = 0; i < CONF_CHECK_KINDS; i++)
				draft->templates.checks[i].is_logging_failures =
				    node->value.number != 0;
			break;
		case KW_LVS_SYNC_DAEMON:
			build_sync_daemon(draft, node);
			break;
		case KW_LVS_TIMEOUTS:
			build_timeouts(draft, node);
			break;
		case KW_NFTABLES_PRIORITY:
			build_accept_priority(draft, node);
			break;
		case KW_SMTP_SERVER:
			mail_server_build(draft, node);
			break;
		default:
			instance_default_take(draft, node);
			build_field(draft, node, CONF_OBJECT_GLOBAL, global);
		}
	}
	build_protocol_check_global(draft);
}

static void file_build(struct draft *draft, const struct node *node, const char **ret_path,
		       struct conf_place *ret_place)
{
	const char *path = node->value.text;

	*ret_path = arena_printf(draft->conf->arena, "%s%s", path[0] == '/' ? "" : "/", path);
	*ret_place = node->words[1].place;
}

static void tls_build(struct draft *draft, const struct node *block)
{
	struct conf_global *global = &draft->conf->global;

	for (const struct node *node = block->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_SSL_CA:
			file_build(draft, node, &global->tls.ca, &global->tls.ca_place);
			break;
		case KW_SSL_CERTIFICATE:
			file_build(draft, node, &global->tls.certificate,
				   &global->tls.certificate_place);
			break;
		case KW_SSL_KEY:
			file_build(draft, node, &global->tls.key, &global->tls.key_place);
			break;
		default:
			build_field(draft, node, CONF_OBJECT_GLOBAL, global);
		}
	}
	if (resolve_is_given(block, KW_SSL_CERTIFICATE) != resolve_is_given(block, KW_SSL_KEY))
		report_ignored(draft->report, parse_place(block),
			       "SSL: certificate and key go together, and %s is missing",
			       resolve_is_given(block, KW_SSL_KEY) ? "certificate" : "key");
	if (!global->tls.certificate[0] || !global->tls.key[0])
		global->tls.certificate = global->tls.key = "";
	if (global->tls.password[0] && !global->tls.key[0])
		report_warning(draft->report, build_place(block, KW_SSL_PASSWORD),
			       "SSL: password has no effect without a key");
}

/*
 * Frees chunks of the tree while the snapshot grows, which halves the memory. Only chunks of
 * services: the checks look at other statements again, so their chunks stay.
 */
struct release {
	size_t chunk;
	bool is_needed; /* a statement of the present chunk is still needed */
};

static void release_after(struct draft *draft, struct release *release, const struct node *node)
{
	struct parse_chunk *chunk;

	release->is_needed |= resolve_id(node) != KW_VIRTUAL_SERVER;
	if (release->chunk == draft->chunks->list.n)
		return;
	chunk = &draft->chunks->list.items[release->chunk];
	if (node != chunk->last)
		return;
	if (!release->is_needed) {
		arena_free(chunk->arena);
		chunk->arena = NULL;
	}
	*release = (struct release){.chunk = release->chunk + 1};
}

static void objects_build(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	struct release release = {0};
	size_t n_vrrps = 0, n_vs = 0;

	for (const struct node *node = root->children; node; node = node->next) {
		switch (resolve_id(node)) {
		case KW_VRRP_INSTANCE:
			draft->vrrps[n_vrrps] = node;
			build_vrrp(draft, node, &conf->vrrps[n_vrrps++]);
			build_sync_interface(draft, node);
			break;
		case KW_VIRTUAL_SERVER:
			draft->virtual_servers[n_vs] = node;
			build_virtual_server(draft, node, &conf->virtual_servers[n_vs++]);
			break;
		default:
			break;
		}
		release_after(draft, &release, node);
	}
}

void build_draft(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	const struct node *global = resolve_child(root, KW_GLOBAL_DEFS);
	const struct node *tls = resolve_child(root, KW_SSL);

	build_templates_make(draft);
	conf->global = draft->templates.global;
	conf->global.sync_daemon.interface = conf->global.sync_daemon.instance = "";
	conf->global.script_user = conf->global.script_group = "";
	conf->global.mail.server = "";
	/* global_defs is built first, wherever it stands: scripts need script_user, instances
	 * vrrp_version. */
	if (global)
		global_build(draft, global);
	build_sync(draft, resolve_child(root, KW_SYNC));
	if (tls)
		tls_build(draft, tls);
	conf->n_vrrps = resolve_count(root, KW_VRRP_INSTANCE);
	conf->vrrps = arena_calloc(conf->arena, conf->n_vrrps, sizeof(*conf->vrrps));
	draft->vrrps = mem_calloc(conf->n_vrrps, sizeof(*draft->vrrps));
	build_trackers(draft, root);
	build_groups(draft, root);
	conf->n_virtual_servers = resolve_count(root, KW_VIRTUAL_SERVER);
	conf->virtual_servers =
	    arena_calloc(conf->arena, conf->n_virtual_servers, sizeof(*conf->virtual_servers));
	draft->virtual_servers =
	    mem_calloc(conf->n_virtual_servers, sizeof(*draft->virtual_servers));
	objects_build(draft, root);
	build_sync_groups(draft, root);
	build_statics(draft, root);
	build_links(draft, root);
	crossing_check_statics(draft, root);
	build_trackers_settle(draft);
}

void build_fini(struct draft *draft)
{
	free(draft->vrrps);
	free(draft->virtual_servers);
	free(draft->groups);
	free(draft->trackers);
	draft->trackers = NULL;
	draft->groups = NULL;
	draft->vrrps = draft->virtual_servers = NULL;
}
