/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/sync/syncing.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/director_state.h"
#include "daemon/director/sync/heartbeats.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_json.h"
#include "sync/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROLES 2

struct syncing {
	struct sync_watch *watch; /* NULL when it could not be opened */
	struct sync_seen seen;
	struct sync_bound bound[N_ROLES]; /* by role_slot() */
	char fault[256];                  /* of the interface, as the log has it; "": none */
	char refusal[ERR_TEXT_MAX];       /* the last error of a role, as the log has it */
};

static size_t role_slot(enum sync_role role)
{
	return role == SYNC_ROLE_MASTER ? 0 : 1;
}

static const char *role_name(enum sync_role role)
{
	return role == SYNC_ROLE_MASTER ? "master" : "backup";
}

/* --- sync.json --- */

static void store(const struct director *d)
{
	const struct syncing *s = d->syncing;
	json_t *root = json_pack("{s:i, s:s, s:I, s:I}", "schema", 1, "interface",
				 d->conf->global.sync_daemon.interface, "master",
				 (json_int_t)s->bound[role_slot(SYNC_ROLE_MASTER)].index, "backup",
				 (json_int_t)s->bound[role_slot(SYNC_ROLE_BACKUP)].index);
	char *text = json_dumps(root, JSON_INDENT(1));
	struct err err;

	if (!text)
		mem_exhausted(0);
	if (rundir_store(d->args->run_dir, RUNDIR_SYNC, text, strlen(text), &err) < 0)
		log_warning("%s; an lvsd that starts later finds out by the kernel's sockets "
			    "whether the roles of connection sync are bound to their interface",
			    err.text);
	free(text);
	json_decref(root);
}

void syncing_keep(const struct director *d)
{
	if (d->syncing && (d->syncing->bound[0].index || d->syncing->bound[1].index))
		store(d);
}

static unsigned stored_index(json_t *root, enum sync_role role)
{
	json_int_t index = json_integer_value(json_object_get(root, role_name(role)));

	return index > 0 && index <= INT32_MAX ? (unsigned)index : 0;
}

/* Without the file, as an older lvsd leaves it, no index is known. */
static void load(struct director *d)
{
	json_t *root = rundir_json_fetch(d->args->run_dir, RUNDIR_SYNC,
					 "lvsd cannot tell whether the interface of connection sync "
					 "was made anew while it did not run");

	for (enum sync_role role = SYNC_ROLE_MASTER; role <= SYNC_ROLE_BACKUP; role++)
		d->syncing->bound[role_slot(role)].index = stored_index(root, role);
	json_decref(root);
}

/* --- the interface --- */

static void on_change(void *arg)
{
	struct director *d = arg;

	if (d->conf && d->conf->global.sync_daemon.is_on && !d->is_stopping)
		syncing_settle(d);
}

static void open_syncing(struct director *d)
{
	struct err err;

	if (d->syncing)
		return;
	d->syncing = mem_calloc(1, sizeof(*d->syncing));
	if (sync_watch_open(d->loop, on_change, d, &d->syncing->watch, &err) < 0)
		log_error("sync: %s", err.text);
	load(d);
}

static void log_fault(struct director *d)
{
	struct syncing *s = d->syncing;
	const struct conf_sync_daemon *conf = &d->conf->global.sync_daemon;
	struct sync_daemon daemon = sync_wanted_daemon(conf, SYNC_ROLE_BACKUP);
	const char *what = sync_seen_fault(&s->seen, daemon.group.family);
	char fault[sizeof(s->fault)] = "";

	if (*what)
		snprintf(fault, sizeof(fault), "interface %s of connection sync %s%s%s",
			 conf->interface, what, *s->seen.renamed && !s->seen.index ? ": " : "",
			 s->seen.index ? "" : s->seen.renamed);
	if (!strcmp(fault, s->fault))
		return;
	if (*fault)
		log_warning("sync: %s: %s", fault, sync_seen_cost(&s->seen));
	else
		log_notice("sync: interface %s of connection sync is there and up",
			   conf->interface);
	strcpy(s->fault, fault);
	if (!*fault)
		rejoin_repeat(d);
}

static void look_once(struct director *d)
{
	struct sync_daemon daemon =
	    sync_wanted_daemon(&d->conf->global.sync_daemon, SYNC_ROLE_BACKUP);

	sync_watch_look(&daemon, d->rejoin.hello ? 1 : 0,
			d->syncing->bound[role_slot(SYNC_ROLE_BACKUP)].index, &d->syncing->seen);
}

static void look(struct director *d)
{
	look_once(d);
	if (d->syncing->seen.is_own_lost) {
		rejoin_reopen(d);
		heartbeats_settle(d);
		look_once(d);
	}
	log_fault(d);
}

const char *syncing_fault(struct director *d)
{
	if (!d->syncing || !d->conf->global.sync_daemon.is_on)
		return "";
	look_once(d);
	log_fault(d);
	return d->syncing->fault;
}

/* --- the roles --- */

/* Marks the roles that must be made anew, and takes the index of those that need not. */
static bool judge(struct director *d, struct sync_daemon *have, size_t n_have)
{
	struct syncing *s = d->syncing;
	struct mono now = loop_now(d->loop);
	bool is_learnt = false;

	for (size_t i = 0; i < n_have; i++) {
		struct sync_bound *bound = &s->bound[role_slot(have[i].role)];
		enum sync_stale stale;

		if (strcmp(have[i].interface, d->conf->global.sync_daemon.interface))
			continue;
		stale = sync_bound_judge(have[i].role, bound, &s->seen, now);
		have[i].is_stale = stale != SYNC_NOT_STALE;
		if (have[i].is_stale) {
			log_warning("sync: %s role on %s is made anew: %s", role_name(have[i].role),
				    have[i].interface, sync_stale_text(stale));
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
		log_notice("sync: %s role started on %s, syncid %u", role_name(op->daemon.role),
			   op->daemon.interface, op->daemon.syncid);
	else
		log_notice("sync: %s role stopped", role_name(op->daemon.role));
}

/* The same error comes back at each look at the table. */
static void log_refusal(struct syncing *s, const struct err *err)
{
	if (!strcmp(s->refusal, err->text))
		return;
	log_error("sync: %s; it is tried again", err->text);
	snprintf(s->refusal, sizeof(s->refusal), "%s", err->text);
}

static int run_op(struct director *d, const struct sync_op *op)
{
	struct syncing *s = d->syncing;
	struct ipvs_genl *genl = d->kernel.genl;
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
	if (op->kind == SYNC_OP_START && op->daemon.role == SYNC_ROLE_BACKUP)
		rejoin_announce(d);
	return 0;
}

static int run_ops(struct director *d, const struct sync_op *ops, size_t n_ops, bool is_changed)
{
	bool is_master_stale = false;
	int code = 0;

	for (size_t i = 0; i < n_ops && code == 0; i++) {
		code = run_op(d, &ops[i]);
		is_changed = is_changed || code == 0;
		is_master_stale = is_master_stale || (ops[i].kind == SYNC_OP_STOP &&
						      ops[i].daemon.role == SYNC_ROLE_MASTER &&
						      ops[i].daemon.is_stale);
	}
	if (is_changed && d->conf->global.sync_daemon.is_on)
		store(d);
	/* What the role told while it was dead never left. */
	if (is_master_stale && code == 0)
		rejoin_tell_anew(d);
	return code;
}

static void forget(struct director *d)
{
	syncing_close(d);
	rundir_remove(d->args->run_dir, RUNDIR_SYNC);
}

int syncing_settle(struct director *d)
{
	struct kernel *k = &d->kernel;
	const struct conf_sync_daemon *conf = &d->conf->global.sync_daemon;
	struct sync_daemon have[N_ROLES];
	struct sync_op ops[SYNC_OPS_MAX];
	size_t n_have, n_ops;
	bool is_learnt = false;
	struct err err;
	int code;

	if (!conf->is_on && !k->is_sync_ours)
		return 0;
	open_syncing(d);
	rejoin_settle(d);
	heartbeats_settle(d);
	code = ipvs_genl_daemons(k->genl, have, &n_have, &err);
	if (code < 0) {
		log_refusal(d->syncing, &err);
		return code;
	}
	if (conf->is_on) {
		look(d);
		is_learnt = judge(d, have, n_have);
	}
	/* Without the interface nothing can be started: what runs stays until it is there. */
	n_ops = conf->is_on && !d->syncing->seen.index
		    ? 0
		    : sync_want(conf, have, n_have, k->is_sync_ours, ops);
	if (conf->is_on != k->is_sync_ours) {
		k->is_sync_ours = conf->is_on;
		owned_store(k);
	}
	code = run_ops(d, ops, n_ops, is_learnt);
	if (!conf->is_on && code == 0)
		forget(d);
	return code;
}

void syncing_close(struct director *d)
{
	if (!d->syncing)
		return;
	sync_watch_close(d->syncing->watch);
	free(d->syncing);
	d->syncing = NULL;
}

json_t *syncing_json(const struct director *d)
{
	const struct syncing *s = d->syncing;
	json_t *sync;

	if (!s || !d->conf->global.sync_daemon.is_on)
		return json_null();
	sync = json_pack("{s:s, s:o, s:o}", "interface", d->conf->global.sync_daemon.interface,
			 "index", s->seen.index ? json_integer(s->seen.index) : json_null(),
			 "fault", *s->fault ? json_string(s->fault) : json_null());
	heartbeats_json(d, sync);
	return sync;
}
