/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames between the supervisor and the director (base/chan.h carries them). */
#ifndef LVSD_DAEMON_SHARED_WIRE_H
#define LVSD_DAEMON_SHARED_WIRE_H

#include <stdint.h>

enum daemon_frame {
	DAEMON_FRAME_RELOAD = 1, /* supervisor -> director: SIGHUP came */
	/*
	 * director -> supervisor: the first configuration is in force, or a reload is over,
	 * whatever came of it; the body is one line of text about what is served.
	 */
	DAEMON_FRAME_READY,
	DAEMON_FRAME_NEED,      /* director -> supervisor: struct daemon_need */
	DAEMON_FRAME_RELOADING, /* director -> supervisor: a reload begins */
	DAEMON_FRAME_PING,      /* supervisor -> director: u64 */
	DAEMON_FRAME_PONG,      /* director -> supervisor: the u64 of the ping */
	DAEMON_FRAME_HUNG,      /* director -> supervisor: the check process does not answer */
	/* supervisor -> director, with a descriptor: the control socket of a run dir made anew */
	DAEMON_FRAME_LISTEN,
	DAEMON_FRAME_MODULES,   /* director -> supervisor: the modules of ip_tables are wanted */
	/* director -> supervisor: u8 of enum stale_file: what a successor must not read */
	DAEMON_FRAME_STALE,
	/* supervisor -> director: the virtual addresses were removed, and no vrrp process comes after */
	DAEMON_FRAME_RELEASED,
};

/* The body of DAEMON_FRAME_STALE: files of the run dir that tell of a former configuration. */
enum stale_file {
	STALE_APPLIED = 1,
	STALE_PREVIOUS = 2,
	STALE_ROLLBACK = 4,
};

/* Room for the text of READY with a NUL. */
#define DAEMON_STATUS_MAX 256

/* Which other processes the configuration needs; those not needed are stopped. */
struct daemon_need {
	uint32_t processes;          /* a mask of PROCESS_BIT() */
	uint32_t n_addresses;        /* of all VRRP instances */
	uint64_t advert_int_us;      /* the shortest of the VRRP instances; 0: none */
	uint64_t down_us; /* the shortest master-down time of those that may lose addresses; 0: none */
	/* No vrrp process is needed, and an earlier one may have left addresses. */
	uint8_t owes_release;
};

#endif
