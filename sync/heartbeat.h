/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heartbeat that each director sends on the group and port of connection sync. It proves that
 * datagrams arrive, and reports which other directors its sender hears. Pure.
 *
 * It is a message of the kernel's sync protocol without an entry (ip_vs_sync_mesg), followed by the
 * fields below. Kernels read the number of entries, 0, and nothing behind it, also as version 0 of
 * the protocol. An lvsd from before heartbeats ignores them: to it only a message of
 * SYNC_HELLO_SIZE bytes is a hello.
 *
 *   0  the kernel's header: 0, syncid, size u16, 0 entries, version 1, 0 u16
 *   8  "LVSH"
 *  12  format u8 (1), flags u8 (1: this director stops), number of records u8, period u8 in s
 *  16  id u64, not 0: each process that sends chooses a new one
 *  24  records of 12 bytes, one for each director that the sender has heard: id u64, seconds since
 *      the last heartbeat u16, seconds since sync entries of its kernel u16; 65535: never, or
 *      longer ago
 *
 * Numbers are big endian. A later format may only append.
 */
#ifndef LVSD_SYNC_HEARTBEAT_H
#define LVSD_SYNC_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The seconds between two heartbeats: as many as between two announcements of a connection in use
 * (sync_refresh_period). */
#define SYNC_HEARTBEAT_S 10

/* How many other directors a director keeps records of. */
#define SYNC_PEERS_MAX 8

#define SYNC_HEARTBEAT_MAGIC    0x4c565348U
#define SYNC_HEARTBEAT_SIZE_MIN 24
#define SYNC_HEARTBEAT_SIZE_MAX (SYNC_HEARTBEAT_SIZE_MIN + 12 * SYNC_PEERS_MAX)

#define SYNC_AGE_NEVER UINT16_MAX

/* What the sender has received of another director. */
struct sync_record {
	uint64_t id;          /* of the other director */
	uint16_t heartbeat_s; /* seconds since its last heartbeat, or SYNC_AGE_NEVER */
	uint16_t entries_s;   /* seconds since sync entries of its kernel, or SYNC_AGE_NEVER */
};

/* A heartbeat, decoded. */
struct sync_heartbeat {
	uint64_t id;      /* of the sender; not 0 */
	bool is_leaving;  /* the sender stops */
	uint8_t period_s; /* seconds until its next heartbeat */
	size_t n_records;
	struct sync_record records[SYNC_PEERS_MAX];
};

/* Writes a heartbeat. Returns its size in bytes. */
size_t sync_heartbeat_encode(const struct sync_heartbeat *heartbeat, uint32_t syncid,
			     uint8_t data[static SYNC_HEARTBEAT_SIZE_MAX]);

/*
 * Returns true if data is a heartbeat for a director of this syncid (0 takes those of all, as the
 * kernel does). Records above SYNC_PEERS_MAX are ignored. If the result is false, ret_heartbeat is
 * untouched.
 */
bool sync_heartbeat_decode(const void *data, size_t len, uint32_t syncid,
			   struct sync_heartbeat *ret_heartbeat);

/* Whether a datagram contains sync entries, with which a kernel announces connections (version 0 or
 * 1 of its protocol). data has the first 8 bytes of a datagram of len bytes. */
bool sync_entries_are(const void *data, size_t len, uint32_t syncid);

/*
 * Whether a datagram of lvsd that arrived with this TTL is accepted. lvsd sends with TTL 255, and
 * every router lowers it, so a datagram with 255 comes from this link (as in RFC 5082). file_ttl is
 * the ttl of lvs_sync_daemon, 0 if the file has none; a TTL up to file_ttl is accepted as well.
 */
bool sync_ttl_is_near(unsigned ttl, unsigned file_ttl);

/* The TTL to send with: 255, or file_ttl if routers are to forward the datagrams (above 1). */
unsigned sync_ttl_to_send(unsigned file_ttl);

#endif
