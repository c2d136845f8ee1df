/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the director process share. Nobody else includes this. */
#ifndef LVSD_DAEMON_DIRECTOR_STATE_H
#define LVSD_DAEMON_DIRECTOR_STATE_H

#include "base/chan.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "conf/diag.h"
#include "daemon/control.h"
#include "daemon/director.h"
#include "healthcheck/health.h"
#include "ipvs/genl.h"
#include "ipvs/owned.h"
#include "ipvs/recon.h"
#include "vrrp/wire.h"

#include <jansson.h>

/* The kernel's side: what is there, what is ours, and when to look next. */
struct kernel {
	struct ipvs_genl *genl; /* NULL until a virtual server or sync needs it */
	struct ipvs_state have; /* last dump, kept current with every applied operation */
	bool is_have_valid;
	bool is_want_changed; /* since the last run */
	struct ipvs_recon recon;
	struct mono look_due; /* when the table is read again though nothing is to change */
	struct loop_timer *timer;
	struct ipvs_owned owned; /* what owned.json says */
	bool is_owned_unsaved;   /* owned.json could not be written: tried again at each look */
	bool is_sync_ours;
	bool is_sync_set;   /* the roles were compared since the last change */
	uint64_t n_repairs; /* drifts mended */
};

/* The director's side of a check process. */
struct checks {
	struct chan *chan;
	struct loop_timer *due;
	bool is_greeted;
};

/* The director's side of the vrrp process. */
struct roles {
	struct chan *chan;
	VEC(struct vrrp_report) reports; /* the last of each instance of the configuration */
};

struct director {
	const struct director_args *args;
	struct loop *loop;
	struct chan *supervisor;
	struct control *control;
	struct conf *conf;
	int64_t applied_wall_us; /* when conf came into force */
	int64_t reload_wall_us;  /* last reload that was tried; 0: none */
	bool is_reload_ok;
	char *reload_text; /* what it changed, or why it was refused; NULL: none yet */
	struct health *health;
	struct kernel kernel;
	struct checks checks;
	struct roles roles;
};

/* reload.c */

/*
 * Reads the file, and puts it in force if it is without error. Returns 0, or -EINVAL with
 * everything that is wrong in *ret_text (free() it); then nothing has changed.
 */
int director_reload(struct director *d, char **ret_text);
/* The first configuration: the file, or on a restart the one that was applied last. Says on stderr
 * what is wrong. */
int director_load_first(struct director *d);
/* Puts conf in force (the old one is freed) and tells the other rooms and processes. */
void director_commit(struct director *d, struct conf *conf);

/* As diags_print() writes them; free() it. */
char *diags_text(const struct diags *diags);

/* settle.c */

int kernel_open(struct director *d, struct err *err);
void kernel_close(struct director *d);
/* After a new configuration: opens what it needs, reads the table, and tells health what is there.
 */
void kernel_adopt(struct director *d);
/* Tells a health model what a table shows of its real servers (health_adopt). */
void kernel_tell(const struct ipvs_state *have, struct health *health);
/* What the table should be by conf and a model of it; ret_want is empty before. */
void kernel_want(const struct conf *conf, const struct health *health, struct ipvs_state *ret_want);
/* Settles now, with a fresh look at the table: a person is about to see its counters. */
void kernel_refresh(struct director *d);
/* Something that decides the table has changed. */
void kernel_want_changed(struct director *d);
/* Once a turn: brings the kernel to what is wanted if anything changed or it is time to look. */
void kernel_settle(struct director *d);

/* owned.c: the keys of services that lvsd made, in the run dir. */
void owned_load(struct director *d);
/* The same from any run dir; without the file there is nothing owned. */
void owned_read(const char *run_dir, struct ipvs_owned *ret_owned, bool *ret_is_sync_ours);
void owned_store(struct director *d);

/* checks.c */
void checks_open(struct director *d, int fd);
void checks_close(struct director *d);
/* After health_configure(): tells the check process what came and went. */
void checks_update(struct director *d, const struct check_ids *added,
		   const struct check_ids *dropped);
/* Once a turn: starts the probes that are due. */
void checks_settle(struct director *d);

/* roles.c */
void roles_open(struct director *d, int fd);
void roles_close(struct director *d);
/* Sends the instances of the configuration to the vrrp process. */
void roles_update(struct director *d);
/* The last report of an instance, or NULL. */
const struct vrrp_report *roles_find(const struct director *d, const struct conf_vrrp *conf);

/* announce.c: what the supervisor, and so the service manager, hears. */

/* The configuration that is in force serves. */
void announce_serving(struct director *d);
/* director_reload() between its two announcements. */
int announced_reload(struct director *d, char **ret_text);
/* applied.conf could not be written, for the cause in err: takes the old one away. */
void applied_forget(struct director *d, const struct err *err);

/* kernel_json.c: the answer to the request; with "kernel" all that lvsd holds there too. */
json_t *status_answer(struct director *d, json_t *request);

/* status.c: the object that lvsctl status prints (doc/control.md); the caller's to decref. */
json_t *status_json(const struct director *d);

#endif
