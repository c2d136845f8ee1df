/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of lvsd as a value, which is all that its printers see (status_json.h). Making it changes
 * nothing. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_H
#define LVSD_DAEMON_DIRECTOR_STATUS_H

#include "base/vec.h"
#include "daemon/director/config/config.h"
#include "daemon/director/fifos.h"
#include "daemon/director/mail/mails.h"
#include "daemon/director/sync/sync_status.h"
#include "daemon/director/table/drains.h"
#include "daemon/shared/rights.h"
#include "healthcheck/pace/lateness.h"
#include "host/state.h"
#include "host/sysctl.h"
#include "ipvs/drift.h"
#include "ipvs/owned.h"
#include "ipvs/recon.h"
#include "sync/want.h"
#include "vrrp/holding/refusal.h"
#include "vrrp/wire.h"

/* Which configuration is in force. Times are microseconds since 1970; 0: none. */
struct status_config {
	const char *file;
	const char *config_id; /* the option -i; NULL: it is not given, and the host's name counts */
	bool is_lenient;
	int64_t applied_us;
	bool is_rolled_back;    /* the configuration in force is not the one that the file had at
				   the last reload */
	int64_t confirm_by_us;  /* when the previous configuration comes back unless the reload
				   is confirmed */
	const struct reload_result *last;
};

/* How the kernel's table is kept as it is wanted. */
struct status_reconcile {
	unsigned interval_s;
	enum ipvs_recon_state state;
	uint64_t n_looks, n_whole_looks, n_services_read;
	struct ipvs_drift_counters drift;
};

/* What the kernel's table has of one server, in all the services that its virtual server is in the
 * kernel. */
struct status_presence {
	bool is_known;      /* the table could be read */
	bool is_everywhere; /* the server is in each of these services */
	size_t n;           /* the number of services that have it; with 0 the other members are
			       0, too */
	uint32_t weight;
	uint64_t active, inactive; /* connections */
};

/* Why the director cannot reach a server, as reported by the check that has known it longest. */
struct status_path {
	const struct health_check *check; /* NULL: it can reach the server */
	const char *interface;            /* the interface that causes it; NULL: none does */
};

struct status_server {
	const struct conf_real_server *conf;
	const struct health_rs *health; /* NULL for a sorry server, which has no checks */
	const char *state;              /* "up", "draining", "maint" ... */
	const struct maint_file *file;  /* of maintenance_dir, which keeps it out; NULL: none */
	bool is_in_use;                 /* false: a backup server that waits */
	uint32_t effective_weight;      /* 0 if the server is not in the table */
	struct status_presence kernel;
	struct status_path path;
};

struct status_service {
	const struct health_vs *health;
	const char *fault; /* why the service cannot do what the file says; NULL: it can */
	struct status_server *servers; /* n_servers items in the order of the file */
	size_t n_servers;
	struct status_server sorry; /* its conf is NULL if there is none */
};

/* A tracker of an instance, and its present effect on the instance. */
struct status_tracker {
	const struct conf_track *conf;
	const struct vrrp_source *source; /* NULL: no verdict yet */
	struct vrrp_effect effect;
	const char *text;      /* the last run's text; "" before the first */
	int64_t since_wall_us; /* when the state began; 0: not known */
};

struct status_instance {
	const struct conf_vrrp *conf;
	struct status_tracker *trackers; /* conf->n_tracks items */
	const struct vrrp_report *report; /* NULL: the vrrp process has not reported yet */
	const struct role_order *order;   /* of an operator, RELEASE or HOLD; NULL: none */
};

/* A tracked script. */
struct status_script {
	const struct conf_vrrp_script *conf;
	enum vrrp_source_state state;
	bool is_running;
};

struct status_group {
	const struct conf_sync_group *conf;
	enum vrrp_state_name state; /* VRRP_INIT while its instances differ */
};

/* An interface where lvsd has set accept_local for checks with through_vip. */
struct status_local {
	char interface[CONF_IFNAME_MAX];
	char value[HOST_SYSCTL_MAX]; /* now; "": it cannot be read */
	const char *former;
};

struct owner_side;

/* Everything that lvsd has in the kernel, as the kernel shows it now. Read for one answer, except for
 * what the pointers point to. */
struct status_kernel {
	const struct ipvs_owned *owned;
	const struct ipvs_state *table; /* NULL: it could not be read */
	struct sync_daemon daemons[2];
	size_t n_daemons;                 /* 0 also if the running sync roles are not lvsd's */
	const struct host_state *formers; /* the values of sysctls before lvsd */
	const struct owner_side *owner; /* NULL: not looked at */
	VEC(struct status_local) locals;
	struct host_state host;           /* sysctls and sets as they are now, rules as they were
					     listed last */
};

/* Made for one answer. It points into the parts of the director, and is valid until one of them
 * changes. status_fini() frees the rest. */
struct status {
	struct mono now;
	int pid;               /* of the supervisor */
	const char *router_id; /* as the file says, else the name of the machine */
	const struct conf *conf;
	struct status_config config;
	struct status_reconcile reconcile;
	uint64_t n_host_repairs;
	VEC(struct status_service) services;
	struct drain_rows draining;
	VEC(struct status_instance) instances;
	VEC(struct status_group) groups;
	VEC(struct status_script) scripts; /* in the order of the file */
	struct mono told_at; /* when the vrrp process told its counters last; {0}: never */
	int64_t vrrp_gone_wall_us; /* since when no vrrp process lives; 0: one does, or none is known */
	const struct vrrp_refusals *refusals; /* addresses, routes and rules that the kernel refuses */
	const struct vrrp_unknowns *unknowns; /* virtual routers that no instance has, with log_unknown_vrids */
	const char *filter_fault; /* why no_accept has no effect; NULL: it has */
	struct sync_status sync;
	struct fifo_rows fifos;
	struct mail_row mail;
	struct lateness_sums lateness; /* of the probes that the check process began in the last minute */
	const struct status_kernel *in_kernel; /* NULL: it was not asked for */
	struct rights_lacks lacks; /* of the processes that are needed */
};

struct kernel;
struct role_order;
struct host_side;
struct roles;
struct tracking;
struct paths;

/* What the status is made from; nothing of it is changed. */
struct status_sources {
	const struct config *config;
	const struct health *health;
	const struct kernel *kernel;
	const struct host_side *host;
	const struct roles *roles;
	const struct tracking *tracking;
	const struct paths *paths;
	uint32_t processes; /* those that the configuration needs, a mask of PROCESS_BIT() */
	struct sync_status sync;
	struct fifo_rows fifos;
	struct mail_row mail;
	struct lateness_sums lateness;
	int pid;
	const char *host_name;
	const struct status_kernel *in_kernel; /* NULL: the status has no member "kernel" */
	const struct ipvs_state *table; /* the kernel's table, read for this status; NULL: it
					   could not be read */
	struct mono now;
	int64_t wall_us;
};

/* A configuration must be in force. */
void status_make(const struct status_sources *sources, struct status *ret_status);
struct status_config status_config_make(const struct config *config, struct mono now,
					int64_t wall_us);
void status_fini(struct status *status);

#endif
