/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mirror of the kernel's connections, as the director knows it: gives the sync process its sockets, and
 * has it announce all connections to a director that comes back. Nothing waits for that process.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_MIRRORING_H
#define LVSD_DAEMON_DIRECTOR_SYNC_MIRRORING_H

#include "base/loop.h"
#include "sync/limit.h"
#include "sync/serves.h"
#include "sync/want.h"
#include "sync/wire.h"

struct sync_side;

/*
 * The shortest time from one bulk to the next, since anybody on the link can forge a hello: after a bulk of
 * more than MIRRORING_SMALL connections (36 datagrams), and after a small one. The latter is shorter than
 * SYNC_HOLD_MS, so that a director that has only just left learns of all connections before it preempts.
 */
#define MIRRORING_PAUSE_MS	 60000
#define MIRRORING_PAUSE_SMALL_MS 10000
#define MIRRORING_SMALL		 1000

struct mirroring {
	struct greeted *worker; /* NULL: there is no such process, as in a test */
	/* What the process has; index 0: nothing. */
	struct sync_daemon daemon;
	unsigned index, ttl;
	unsigned wanted; /* the index in the last mirroring_settle() */
	bool is_refused; /* the sockets could not be opened, which was logged */
	bool has_state;
	struct sync_mirror_state state; /* its last report */
	struct mono next; /* before this no other bulk */
	bool is_owed;	  /* a bulk is due at next */
	struct loop_timer *owed;
	/* What mode relay does with the process, which is one for both modes; NULL: nothing, as in a test. */
	struct {
		/* Another frame than STATE. */
		bool (*take)(struct sync_side *side, uint16_t type, const void *body, size_t len);
		/* The process was replaced. */
		void (*forget)(struct sync_side *side);
	} relay;
	/* Likewise the flush before a planned handover. */
	struct {
		bool (*take)(struct sync_side *side, uint16_t type, const void *body, size_t len);
		void (*forget)(struct sync_side *side);
	} flush;
};

/* fd: the channel to the sync process. */
void mirroring_open(struct sync_side *side, int fd, bool is_restart);
void mirroring_close(struct sync_side *side);
/* The roles are as the configuration wants them. index: of their interface; 0: it does not exist. */
void mirroring_settle(struct sync_side *side, unsigned index);
/* Another director has come back: all connections are announced to it, now or as soon as that may be. */
void mirroring_bulk(struct sync_side *side);
/* Which services this director serves, by what its instances have reported; the caller frees it. */
void mirroring_serves(const struct sync_side *side, struct serves *ret_serves);
/* Sends the routes of the table to the process: those of the services that are served; serves NULL: all, and those that
 * the configuration alone has. */
void mirroring_routes_give(struct sync_side *side, const struct serves *serves);
/* Another number if those of all services are others. Never 0. */
uint64_t mirroring_routes_digest(const struct sync_side *side);
/* Mode relay has the process now. */
void mirroring_leave(struct sync_side *side);
/* The last report of the process; NULL: none, or nothing is mirrored. */
const struct sync_mirror_state *mirroring_state(const struct sync_side *side);

#endif
