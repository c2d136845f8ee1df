/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/syncing.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/sync/sync.h"
#include "daemon/director/sync/heartbeats.h"
#include "daemon/director/sync/mirroring.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "sync/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROLES 2

struct syncing {
	struct sync_roles roles;  /* that are wanted */
	struct sync_watch *watch; /* NULL if it could not be opened */
	struct sync_seen seen;
	struct sync_bound bound[N_ROLES]; /* by role_slot() */
	char fault[256];                  /* of the interface, as it was logged; "": none */
	char refusal[ERR_TEXT_MAX];       /* the last error of a role, as it was logged */
};

static bool is_sync_on(const struct sync_side *side)
{
	return conf_sync_mode(&side->conf->global) != CONF_SYNC_OFF;
}

static bool is_relay_on(const struct sync_side *side)
{
	return side->conf->global.relay.is_on;
}

static size_t role_slot(enum sync_role role)
{
	return role == SYNC_ROLE_MASTER ? 0 : 1;
}

/* --- sync.json --- */

static void indexes_store(const struct sync_side *side)
{
	const struct syncing *s = side->syncing;
	json_t *root = json_pack("{s:i, s:s, s:I, s:I}", "schema", 1, "interface",
				 side->syncing->roles.backup.interface, "master",
				 (json_int_t)s->bound[role_slot(SYNC_ROLE_MASTER)].index, "backup",
				 (json_int_t)s->bound[role_slot(SYNC_ROLE_BACKUP)].index);
	struct err err;

	if (rundir_json_store(side->run_dir, RUNDIR_SYNC, root, &err) < 0)
		log_warning("%s; an lvsd that starts later must find out from the kernel's sockets "
			    "whether the roles of connection sync are bound to their interface",
			    err.text);
}

void syncing_keep(const struct sync_side *side)
{
	if (side->syncing && (side->syncing->bound[0].index || side->syncing->bound[1].index))
		indexes_store(side);
}

static unsigned stored_index(json_t *root, enum sync_role role)
{
	json_int_t index = json_integer_value(json_object_get(root, sync_role_name(role)));

	return index > 0 && index <= INT32_MAX ? (unsigned)index : 0;
}

/* An older lvsd leaves no such file; then no index is known. */
static void indexes_load(struct sync_side *side)
{
	json_t *root = rundir_json_fetch(side->run_dir, RUNDIR_SYNC,
					 "lvsd cannot know whether the interface of connection "
					 "sync was replaced while it did not run");

	for (enum sync_role role = SYNC_ROLE_MASTER; role <= SYNC_ROLE_BACKUP; role++)
		side->syncing->bound[role_slot(role)].index = stored_index(root, role);
	json_decref(root);
}

/* --- the interface --- */

static void on_change(void *arg)
{
	struct sync_side *side = arg;

	if (is_sync_on(side))
		side->sink.on_change(side->sink.arg);
}

static void open_syncing(struct sync_side *side)
{
	struct err err;

	if (side->syncing)
		return;
	side->syncing = mem_calloc(1, sizeof(*side->syncing));
	if (sync_watch_open(side->loop, on_change, side, &side->syncing->watch, &err) < 0)
		log_error("sync: %s", err.text);
	indexes_load(side);
}

/* The backup role with the kernel's defaults filled in, whose group and port are looked for on the interface. */
static struct sync_daemon backup_watched(const struct sync_side *side)
{
	return is_relay_on(side) ? side->syncing->roles.backup
				 : sync_wanted_daemon(&side->conf->global.sync_daemon, SYNC_ROLE_BACKUP);
}

static void log_fault(struct sync_side *side)
{
	struct syncing *s = side->syncing;
	const struct sync_daemon watched = backup_watched(side), *daemon = &watched;
	const char *what = sync_seen_fault(&s->seen, daemon->group.family);
	char fault[sizeof(s->fault)] = "";

	if (*what)
		snprintf(fault, sizeof(fault), "interface %s of connection sync %s%s%s",
			 daemon->interface, what, *s->seen.renamed && !s->seen.index ? ": " : "",
			 s->seen.index ? "" : s->seen.renamed);
	if (!strcmp(fault, s->fault))
		return;
	if (*fault)
		log_warning("sync: %s: %s", fault, sync_seen_cost(&s->seen));
	else
		log_notice("sync: interface %s of connection sync is there and up",
			   daemon->interface);
	strcpy(s->fault, fault);
	if (!*fault && !is_relay_on(side))
		rejoin_repeat(side);
}

static void sync_watch_once(struct sync_side *side)
{
	const struct sync_daemon daemon = backup_watched(side);

	sync_watch_read(&daemon, side->rejoin.hello ? 1 : 0,
			side->syncing->bound[role_slot(SYNC_ROLE_BACKUP)].index, &side->syncing->seen);
}

static void sync_watch_again(struct sync_side *side)
{
	sync_watch_once(side);
	if (side->syncing->seen.is_own_lost) {
		rejoin_reopen(side);
		heartbeats_settle(side);
		sync_watch_once(side);
	}
	log_fault(side);
}

const char *syncing_fault(struct sync_side *side)
{
	if (!side->syncing || !is_sync_on(side))
		return "";
	sync_watch_once(side);
	log_fault(side);
	return side->syncing->fault;
}

/* --- the roles --- */

/* Marks the roles that must be restarted, and records the index of the others. */
static bool sync_roles_judge(struct sync_side *side, struct sync_daemon *have, size_t n_have)
{
	struct syncing *s = side->syncing;
	struct mono now = loop_now(side->loop);
	bool is_learnt = false;

	for (size_t i = 0; i < n_have; i++) {
		struct sync_bound *bound = &s->bound[role_slot(have[i].role)];
		enum sync_stale stale;

		if (strcmp(have[i].interface, s->roles.backup.interface))
			continue;
		stale = sync_bound_judge(have[i].role, bound, &s->seen, now);
		have[i].is_stale = stale != SYNC_NOT_STALE;
		if (have[i].is_stale) {
			log_warning("sync: %s role on %s is restarted: %s",
				    sync_role_name(have[i].role), have[i].interface,
				    sync_stale_text(stale));
			bound->is_mended = stale != SYNC_STALE_INDEX;
			bound->mended = now;
		} else if (!bound->index && s->seen.n_members) {
			bound->index = s->seen.index;
			is_learnt = true;
		}
	}
	return is_learnt;
}

static void log_op(const struct sync_op *op)
{
	if (op->kind == SYNC_OP_START)
		log_notice("sync: %s role started on %s, syncid %u",
			   sync_role_name(op->daemon.role), op->daemon.interface,
			   op->daemon.syncid);
	else
		log_notice("sync: %s role stopped", sync_role_name(op->daemon.role));
}

/* Logs an error unless it is the last one again: it comes back at each reading of the table. */
static void log_refusal(struct syncing *s, const struct err *err)
{
	if (!strcmp(s->refusal, err->text))
		return;
	log_error("sync: %s; lvsd tries again", err->text);
	snprintf(s->refusal, sizeof(s->refusal), "%s", err->text);
}

static int run_op(struct sync_side *side, const struct sync_op *op)
{
	struct syncing *s = side->syncing;
	struct ipvs_genl *genl = side->genl;
	struct err err;
	int code = op->kind == SYNC_OP_START ? ipvs_genl_daemon_start(genl, &op->daemon, &err)
					     : ipvs_genl_daemon_stop(genl, op->daemon.role, &err);

	if (code < 0) {
		log_refusal(s, &err);
		return code;
	}
	*s->refusal = '\0';
	log_op(op);
	s->bound[role_slot(op->daemon.role)].index = op->kind == SYNC_OP_START ? s->seen.index : 0;
	if (op->kind == SYNC_OP_START && op->daemon.role == SYNC_ROLE_BACKUP && !is_relay_on(side))
		rejoin_announce(side);
	return 0;
}

/* The private interface of a role that is elsewhere now, or stopped. It may be that of an lvsd before this one. An
 * interface that lvsd has not made stays. */
static void private_drop(const struct syncing *s, const struct sync_op *ops, size_t n_ops)
{
	for (size_t i = 0; i < n_ops; i++)
		if (ops[i].kind == SYNC_OP_STOP &&
		    (!s->roles.is_on || strcmp(ops[i].daemon.interface, s->roles.backup.interface)))
			sync_keeper_remove(ops[i].daemon.interface);
}

static int run_ops(struct sync_side *side, const struct sync_op *ops, size_t n_ops, bool is_changed)
{
	bool is_master_stale = false;
	int code = 0;

	for (size_t i = 0; i < n_ops && code == 0; i++) {
		code = run_op(side, &ops[i]);
		is_changed = is_changed || code == 0;
		is_master_stale = is_master_stale || (ops[i].kind == SYNC_OP_STOP &&
						      ops[i].daemon.role == SYNC_ROLE_MASTER &&
						      ops[i].daemon.is_stale);
	}
	if (code == 0)
		private_drop(side->syncing, ops, n_ops);
	if (is_changed && is_sync_on(side))
		indexes_store(side);
	/* Connections that the role announced while it was bound to the former interface were never
	 * sent. */
	if (is_master_stale && code == 0 && !is_relay_on(side))
		rejoin_announce_anew(side);
	return code;
}

static void sync_roles_forget(struct sync_side *side)
{
	struct err err;

	syncing_close(side);
	rundir_json_store(side->run_dir, RUNDIR_SYNC, NULL, &err);
}

/* The private interface is the keeper's, which says itself what is wrong with it. One of that name that is somebody
 * else's counts as none: there the kernel would say in the clear what the relay seals, and believe anybody. */
static void private_see(struct sync_side *side)
{
	const char *fault;
	unsigned index = relaying_interface(side, &fault);

	snprintf(side->syncing->fault, sizeof(side->syncing->fault), "%s", fault);
	sync_watch_once(side);
	if (!index)
		side->syncing->seen = (struct sync_seen){0};
}

/* Without the interface no role can be started. Running roles stay until it is there. */
static size_t ops_make(struct sync_side *side, struct sync_daemon *have, size_t n_have, bool is_ours,
		       struct sync_op ops[static SYNC_OPS_MAX], bool *ret_is_learnt)
{
	struct syncing *s = side->syncing;

	if (!s->roles.is_on) {
		relaying_end(side);
		return sync_want_roles(&s->roles, have, n_have, is_ours, ops);
	}
	if (is_relay_on(side)) {
		private_see(side);
	} else {
		relaying_end(side);
		sync_watch_again(side);
	}
	*ret_is_learnt = sync_roles_judge(side, have, n_have);
	return s->seen.index ? sync_want_roles(&s->roles, have, n_have, is_ours, ops) : 0;
}

int syncing_settle(struct sync_side *side, struct ipvs_genl *genl, bool is_ours)
{
	struct sync_daemon have[N_ROLES];
	struct sync_op ops[SYNC_OPS_MAX];
	size_t n_have, n_ops;
	bool is_on = is_sync_on(side), is_learnt = false;
	struct err err;
	int code;

	side->genl = genl;
	if (!is_on && !is_ours)
		return 0;
	open_syncing(side);
	side->syncing->roles = sync_roles_wanted(side->conf);
	rejoin_settle(side);
	heartbeats_settle(side);
	code = ipvs_genl_daemons(genl, have, &n_have, &err);
	if (code < 0) {
		log_refusal(side->syncing, &err);
		return code;
	}
	n_ops = ops_make(side, have, n_have, is_ours, ops, &is_learnt);
	if (is_on && !is_ours)
		side->sink.set_ours(true, side->sink.arg);
	/* Before the master role says anything. */
	if (is_relay_on(side)) {
		mirroring_leave(side);
		relaying_settle(side, side->syncing->seen.index);
	} else {
		mirroring_settle(side, side->syncing->seen.index);
	}
	code = run_ops(side, ops, n_ops, is_learnt);
	/* A role that the kernel has not stopped remains lvsd's, so that it is stopped the next
	 * time. */
	if (!is_on && code == 0) {
		side->sink.set_ours(false, side->sink.arg);
		sync_roles_forget(side);
	}
	return code;
}

void syncing_close(struct sync_side *side)
{
	if (!side->syncing)
		return;
	sync_watch_close(side->syncing->watch);
	free(side->syncing);
	side->syncing = NULL;
}

struct sync_status syncing_status(const struct sync_side *side)
{
	const struct syncing *s = side->syncing;
	struct sync_status status = {0};

	if (!s || !is_sync_on(side))
		return status;
	status = (struct sync_status){.is_on = true,
				      .interface = s->roles.backup.interface,
				      .index = s->seen.index,
				      .fault = s->fault,
				      .mirror = mirroring_state(side)};
	if (is_relay_on(side))
		relaying_status(side, &status);
	else
		heartbeats_status(side, &status);
	return status;
}
