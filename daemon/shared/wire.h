/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages (frames) between the supervisor and the director; base/chan.h carries them. */
#ifndef LVSD_DAEMON_SHARED_WIRE_H
#define LVSD_DAEMON_SHARED_WIRE_H

#include "daemon/shared/load_kind.h"

#include <stdint.h>

enum daemon_frame {
	DAEMON_FRAME_RELOAD = 1, /* supervisor -> director: SIGHUP came */
	/*
	 * director -> supervisor: the first configuration is in force, or a reload has ended, with
	 * success or not. The body is one line of text about what lvsd serves now.
	 */
	DAEMON_FRAME_READY,
	DAEMON_FRAME_NEED,      /* director -> supervisor: struct daemon_need */
	DAEMON_FRAME_RELOADING, /* director -> supervisor: a reload begins */
	DAEMON_FRAME_PING,      /* supervisor -> director: u64 */
	DAEMON_FRAME_PONG,      /* director -> supervisor: the u64 of the ping */
	DAEMON_FRAME_HUNG,      /* director -> supervisor: the check process does not answer */
	/* supervisor -> director, with a descriptor: the run dir was made again, this is its new
	 * control socket */
	DAEMON_FRAME_LISTEN,
	DAEMON_FRAME_MODULES,   /* director -> supervisor: load the kernel modules of ip_tables */
	/* director -> supervisor: u8, a mask of enum stale_file: files that the next director must
	 * not read */
	DAEMON_FRAME_STALE,
	/* supervisor -> director: the virtual addresses were removed, and no vrrp process follows */
	DAEMON_FRAME_RELEASED,
	/* director -> supervisor: u8 of enum load_kind and a path, with a socket: a loader is
	 * wanted, which answers there */
	DAEMON_FRAME_LOAD,
	/* director -> supervisor: u64, the number of the table of commands that is in force
	 * (daemon/script/vouched.h); 0: that of the previous configuration */
	DAEMON_FRAME_IN_FORCE,
	/* supervisor -> director: lvsd stops, and no loader is started any more. The director answers
	 * with FLUSHED, and goes on until it gets TERM, which comes when the vrrp process has ended. */
	DAEMON_FRAME_STOPPING,
	/* director -> supervisor: the reload of DAEMON_FRAME_RELOAD has ended, with success or not. A
	 * reload that lvsctl has asked for may have ended before. */
	DAEMON_FRAME_RELOADED,
	/* supervisor -> director: u8 of enum dump_kind (daemon/shared/dump.h): a signal asks for this
	 * dump file. The director answers with LOAD_DUMP. */
	DAEMON_FRAME_DUMP,
	/* director -> supervisor: the vrrp process of an lvsd that died does not answer. The supervisor
	 * kills it. */
	DAEMON_FRAME_ORPHAN_HUNG,
	/* director -> supervisor, after STOPPING: the connections that the other director lacked were sent, or
	 * nothing is to be sent. The vrrp process may hand over. */
	DAEMON_FRAME_FLUSHED,
};

/* The body of DAEMON_FRAME_STALE: files of the run dir that belong to a former configuration. */
enum stale_file {
	STALE_APPLIED = 1,
	STALE_PREVIOUS = 2,
	STALE_ROLLBACK = 4,
};

/* Room for the text of DAEMON_FRAME_READY with a NUL. */
#define DAEMON_STATUS_MAX 256

/* Which other processes the configuration needs. The supervisor stops the others. */
struct daemon_need {
	uint32_t processes;          /* a mask of PROCESS_BIT() */
	uint32_t n_addresses;        /* of all VRRP instances, and the static ones */
	uint64_t advert_int_us;      /* the shortest of the VRRP instances; 0: none */
	uint64_t down_us; /* the shortest master-down time of those that may lose addresses; 0: none */
	uint64_t leave_us; /* the longest handover of a VRRP instance at the end; 0: none */
	/* 1: no vrrp process is needed, but an earlier one may have left addresses. */
	uint8_t owes_release;
	uint8_t uses_libcurl; /* 1: a process that the configuration needs calls libcurl */
	uint8_t dumps; /* the dump files that the configuration asks for: a mask of DUMP_BIT() */
};

#endif
