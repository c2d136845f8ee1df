/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a vrrp process does when its supervisor has died: it goes on for a bounded time, so that an lvsd
 * that is started again can take over while nobody else becomes master. Pure; vrrp/orphan/door.h acts.
 *
 * The frames cross a SOCK_SEQPACKET socket with an abstract name, between the orphan and the director of the
 * lvsd that was started (base/chan.h):
 *
 *	successor: CALL, SUCCEED 7     orphan: STATE of each instance, TOLD 7     successor: RELIEVE 7
 *	orphan: ENDS 7, end of file
 *
 * With RELIEVE the orphan closes the socket and ends, without a word on the network. Until then it sends a
 * STATE for each change. So the successor knows all states when it reads end of file, and nobody acts for
 * the instances then. Without ENDS the orphan may have been dead for a while. An orphan that hands over says
 * LEAVING instead of all this, whenever it begins to.
 */
#ifndef LVSD_VRRP_ORPHAN_ORPHAN_H
#define LVSD_VRRP_ORPHAN_ORPHAN_H

#include "conf/conf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long an orphan waits for a successor. Without a director, nobody checks servers. */
#define VRRP_ORPHAN_MS 30000

enum vrrp_orphan_frame {
	/* successor -> orphan: u64, a nonce that is not 0, and the version of lvsd as text without a zero */
	VRRP_ORPHAN_SUCCEED = 1,
	VRRP_ORPHAN_STATE,   /* orphan -> successor: one report (vrrp_report_encode()) */
	/* orphan -> successor: the nonce of SUCCEED, with the writing end of a pipe (vrrp/orphan/relief.h); every
	 * instance has been told */
	VRRP_ORPHAN_TOLD,
	VRRP_ORPHAN_RELIEVE, /* successor -> orphan: the nonce of SUCCEED; end and leave everything as it is */
	VRRP_ORPHAN_LEAVE,   /* successor -> orphan: hand over, as at a stop */
	/* successor -> orphan, first: this is a successor, which will ask. A caller that says nothing is
	 * dropped when many others come. */
	VRRP_ORPHAN_CALL,
	VRRP_ORPHAN_LOOK,    /* a program of root -> orphan: what is served? It changes nothing */
	/* orphan -> program: u32, the milliseconds until it hands over, and a text without a zero, such as
	 * "VI_1 (MASTER), VI_2 (BACKUP)" */
	VRRP_ORPHAN_SEEN,
	/* orphan -> successor: it hands over, as at a stop, and ends when that is done; nothing can be taken over */
	VRRP_ORPHAN_LEAVING,
	VRRP_ORPHAN_ENDS, /* orphan -> successor: the nonce of RELIEVE; it was at work until now, and acts no more */
};

#define VRRP_ORPHAN_VERSION_MAX 64

/* Room for "lvsd/orphan/" with an interface, a family, a VRID, and the last part of the name of a door. */
#define VRRP_ORPHAN_MARK_MAX (CONF_IFNAME_MAX + 58)

/*
 * The abstract name (abstract_take()) that an orphan holds for an instance, so that no lvsd with another run dir
 * serves the instance too. door: the name at which the orphan is found, by which its successor knows it. Example:
 * "lvsd/orphan/eth0/4/51/12ab" for IPv4 and "lvsd/door/12ab". NULL or "": without that part.
 */
void vrrp_orphan_mark(const char *interface, uint16_t family, uint8_t vrid, const char *door,
		      char name[static VRRP_ORPHAN_MARK_MAX]);

/* SUCCEED: encode returns the length; decode returns 0 or -EBADMSG, and sets whether the sender has the
 * same version of lvsd as this process. */
size_t vrrp_orphan_succeed_encode(uint64_t nonce, char body[static sizeof(uint64_t) + VRRP_ORPHAN_VERSION_MAX]);
int vrrp_orphan_succeed_decode(const void *body, size_t len, uint64_t *ret_nonce, bool *ret_is_same);

enum vrrp_orphan_event {
	VRRP_ORPHAN_ALONE, /* the supervisor is gone */
	VRRP_ORPHAN_CALLED, /* a successor is there */
	VRRP_ORPHAN_ASKED, /* SUCCEED came from the same version */
	VRRP_ORPHAN_ASKED_BY_OTHER, /* from another version, which may not understand the states */
	VRRP_ORPHAN_RELIEVED,
	VRRP_ORPHAN_REFUSED, /* LEAVE came */
	VRRP_ORPHAN_LOST, /* the successor is gone */
	VRRP_ORPHAN_TIME_OVER,
	VRRP_ORPHAN_FORSAKEN, /* after END: the successor has died before it acted (vrrp/orphan/relief.h) */
	VRRP_ORPHAN_EVENTS,
};

enum vrrp_orphan_act {
	VRRP_ORPHAN_NOTHING,
	VRRP_ORPHAN_SERVE,    /* go on, and wait VRRP_ORPHAN_MS for a successor */
	VRRP_ORPHAN_TELL,     /* send the states */
	VRRP_ORPHAN_SAY,      /* say that it hands over */
	VRRP_ORPHAN_END,      /* end, and leave everything as it is */
	VRRP_ORPHAN_GO_ON,    /* do not: wait for another successor, for the rest of the time */
	VRRP_ORPHAN_HAND_OVER, /* end as at a stop: priority 0, addresses removed */
};

/* Initialized with {0}. */
struct vrrp_orphan {
	bool is_alone;  /* the process is an orphan */
	bool is_over;   /* it ends: nothing else counts */
	bool is_relieved; /* because it was relieved */
	bool is_overdue; /* its time is over, but a successor has been told the states, and relieves it */
	uint64_t asked; /* the nonce of the last SUCCEED of this successor; 0: none */
};

struct vrrp_orphan_facts {
	bool is_at_work;    /* the process has had its configuration */
	bool is_leaving;    /* it was told to stop before */
	bool is_reachable;  /* a successor can find it */
	uint64_t nonce;     /* of the frame that came */
};

enum vrrp_orphan_act vrrp_orphan_step(struct vrrp_orphan *orphan, enum vrrp_orphan_event event,
				      const struct vrrp_orphan_facts *facts);

#endif
