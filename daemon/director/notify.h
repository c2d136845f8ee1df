/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications: runs the scripts that report state changes, writes the lines of FIFOs, and has mail
 * sent. The scripts of one object run one after the other, in the order of the events. For each event the
 * script of the new state comes first, then `notify`. If a newer event comes before any script of an
 * older one has started, the older event is skipped as a whole, unless notify_all_states is on; so
 * the last script that runs reports the present state. Each script has the cause of its event in
 * LVSD_CAUSE. While there is no script process, notifications wait here.
 */
#ifndef LVSD_DAEMON_DIRECTOR_NOTIFY_H
#define LVSD_DAEMON_DIRECTOR_NOTIFY_H

#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/fifos.h"
#include "daemon/director/mail/mails.h"
#include "daemon/director/scripts.h"
#include "healthcheck/health.h"
#include "vrrp/wire.h"

/* The most words that a notification adds to the words of its script. */
#define NOTIFY_WORDS_MAX 4
/* The most notifications that wait for the script process. */
#define NOTIFY_WAITING_MAX 10000

struct notify_waiting {
	struct conf_script script;
	char *words[NOTIFY_WORDS_MAX];
	size_t n_words;
	uint64_t object;
	uint64_t event;
	bool is_supersedable;
	char *what;
	char *cause;
	char *skipped; /* the log line for the case that this state is skipped; NULL: another
			  script of the event has it */
};

struct notify {
	struct scripts *scripts; /* runs the scripts; given */
	struct fifos *fifos;	 /* get a line of each event; given */
	struct mails *mails;	 /* send mail about each event that somebody wants to hear of; given */
	uint64_t next_event; /* above the events of a director that this one replaces, whose scripts
				may still wait */
	VEC(struct notify_waiting) waiting;
};

/* Frees the notifications that still wait. */
void notify_close(struct notify *notify);
/* To be called when the script process is there: runs the notifications that waited for it. */
void notify_flush(struct notify *notify);
/* Notifies the state of an instance, as its report says. */
void notify_vrrp(struct notify *notify, const struct conf_vrrp *conf,
		 const struct vrrp_report *report);
/* Notifies that all instances of a sync group are in a state. */
void notify_sync_group(struct notify *notify, const struct conf_sync_group *conf,
		       enum vrrp_state_name state, const char *cause);
/* Notifies that a reload has removed an instance, whose last report is given. */
void notify_removed(struct notify *notify, const struct conf_vrrp *conf,
		    const struct vrrp_report *report);
/* Notifies that an instance has heard a lower priority as MASTER. */
void notify_lower(struct notify *notify, const struct conf_vrrp *conf,
		  const struct vrrp_report *report);
/* Notifies that the effective priority of a MASTER or BACKUP has changed, and its state has not. */
void notify_priority(struct notify *notify, const struct conf_vrrp *conf,
		     const struct vrrp_report *report);
/* Writes to the FIFOs alone what state an instance or a sync group is in. */
void notify_write_instance(struct notify *notify, const struct conf_vrrp *conf,
			   const struct vrrp_report *report);
void notify_write_sync_group(struct notify *notify, const struct conf_sync_group *conf,
			     enum vrrp_state_name state);
/* is_all: notify_all_states of the configuration. */
void notify_real_server(struct notify *notify, const struct health_vs *vs,
			const struct health_rs *rs, bool is_up, bool is_all, const char *cause);
void notify_quorum(struct notify *notify, const struct health_vs *vs, bool is_up, bool is_all,
		   const char *cause);
/* Sends mail that the panic guard of a service acts, or has ended. It has no script. */
void notify_guard(struct notify *notify, const struct health_vs *vs, bool is_ended, const char *cause);

/* lvsd stops: runs the notifications that `omega` asks for. */
void notify_stop(struct notify *notify, const struct health *health, bool is_all);

#endif
