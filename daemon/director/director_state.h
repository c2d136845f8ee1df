/* SPDX-License-Identifier: GPL-2.0-or-later */
/* struct director, which the files of this folder share. No other file of lvsd includes this header;
 * a unit test may. */
#ifndef LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H
#define LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H

#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/check/passive_watch.h"
#include "daemon/director/check/reach_watch.h"
#include "daemon/director/check/through.h"
#include "daemon/director/check/verdict_file.h"
#include "daemon/director/checks.h"
#include "daemon/control/control.h"
#include "daemon/director/director.h"
#include "daemon/director/host/host.h"
#include "daemon/director/mail/mails.h"
#include "daemon/director/maint/dir.h"
#include "daemon/director/notify.h"
#include "daemon/director/order_waits.h"
#include "daemon/director/pair/pair.h"
#include "daemon/director/paths.h"
#include "daemon/director/role/link_watch.h"
#include "daemon/director/roles.h"
#include "daemon/director/scripts.h"
#include "daemon/director/sync/sync.h"
#include "daemon/director/config/config.h"
#include "daemon/director/config/reading_queue.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"
#include "daemon/director/track/tracking.h"

#include <jansson.h>

struct status_ask;

struct director {
	const struct director_args *args;
	struct loop *loop;
	struct chan *supervisor;
	struct control *control; /* NULL until is_announced */
	int listen_fd;           /* control.sock, until control takes it */
	struct conf *conf;
	struct config config;
	struct reading_queue readings;
	struct pair_side pair;
	struct reload_staged staged; /* for a reload of the pair */
	struct reload_answer staged_answer;
	struct claims *claims; /* the virtual routers that no other lvsd in this network
				  namespace may run */
	struct health *health;
	struct kernel kernel;
	struct maint_dir maint;
	struct host_side host;
	struct checks checks;
	struct verdict_file verdicts;
	struct paths paths;
	struct through through;
	struct passive_watch passive;
	struct reach_watch reach;
	struct roles roles;
	struct link_watch *links; /* for roles_locate() */
	struct order_waits order_waits;
	struct sync_side sync;
	struct scripts scripts;
	struct fifos fifos;
	struct mails mails;
	struct tracking tracking;
	struct notify notify;
	struct {
		unsigned due; /* the dump files that signals ask for: a mask of DUMP_BIT() */
		bool is_asking; /* the vrrp process was asked for its counters of now */
		struct loop_timer *deadline; /* when it is not waited for any longer */
		bool is_late;
	} dumps;
	struct {
		VEC(struct status_ask) list; /* clients that wait for a status */
		struct loop_timer *deadline;
	} status_asks;
	bool is_committing; /* a configuration is coming into force: not all parts have it yet */
	bool are_files_due; /* a tracked file says something else, or checks of files are new */
	bool is_announced; /* READY was reported, and commands are answered */
	bool is_last; /* lvsd or this director stops: no other configuration comes */
	bool owes_flushed; /* the supervisor waits for FLUSHED */
	bool is_stopping;
	struct loop_timer *stop;
};

/* announce.c: reports to the supervisor, and through it to the service manager. */

/* Reports that the configuration in force serves. */
void announce_serving(struct director *d);
/* Reports that a reading for a reload begins. */
void announce_reloading(struct director *d);
/* Reports that the reload of a SIGHUP has ended. */
void announce_reloaded(struct director *d);
/* config_rollback(), with a report before and after. */
int announced_rollback(struct director *d, enum reload_action action,
		       struct reload_answer *ret_answer);

#endif
