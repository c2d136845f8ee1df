/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heartbeat that a director sends on the group and port of connection sync: the proof that
 * datagrams arrive, and a report on which ones do. Pure.
 *
 * It is a message of the kernel's sync protocol without an entry (ip_vs_sync_mesg), followed by
 * what is below. Kernels read the number of entries, 0, and nothing behind it, in version 0 of the
 * protocol too. An lvsd that knows no heartbeat takes only messages of SYNC_HELLO_SIZE for a hello.
 *
 *   0  the kernel's header: 0, syncid, size u16, 0 entries, version 1, 0 u16
 *   8  "LVSH"
 *  12  format u8 (1), flags u8 (1: this director stops), number of records u8, period u8 in s
 *  16  id u64, not 0: chosen anew by each process that sends
 *  24  records of 12 bytes, one for each director that it has heard: id u64, seconds since its last
 *      heartbeat u16, seconds since entries of its kernel u16; 65535: never, or longer ago
 *
 * Numbers are big endian. A later format may only append.
 */
#ifndef LVSD_SYNC_HEARTBEAT_H
#define LVSD_SYNC_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As often as the kernel tells of a connection in use: sync_refresh_period. */
#define SYNC_HEARTBEAT_S 10

/* Other directors that are told apart. */
#define SYNC_PEERS_MAX 8

#define SYNC_HEARTBEAT_MAGIC    0x4c565348U
#define SYNC_HEARTBEAT_SIZE_MIN 24
#define SYNC_HEARTBEAT_SIZE_MAX (SYNC_HEARTBEAT_SIZE_MIN + 12 * SYNC_PEERS_MAX)

#define SYNC_AGE_NEVER UINT16_MAX

struct sync_record {
	uint64_t id;
	uint16_t heartbeat_s; /* seconds, or SYNC_AGE_NEVER */
	uint16_t entries_s;   /* the same */
};

struct sync_heartbeat {
	uint64_t id;
	bool is_leaving;
	uint8_t period_s;
	size_t n_records;
	struct sync_record records[SYNC_PEERS_MAX];
};

/* Returns the size. */
size_t sync_heartbeat_encode(const struct sync_heartbeat *heartbeat, uint32_t syncid,
			     uint8_t data[static SYNC_HEARTBEAT_SIZE_MAX]);

/*
 * Whether data is a heartbeat for a director of this syncid; 0 hears all, as in the kernel. Records
 * above SYNC_PEERS_MAX are passed over. ret_heartbeat is untouched otherwise.
 */
bool sync_heartbeat_decode(const void *data, size_t len, uint32_t syncid,
			   struct sync_heartbeat *ret_heartbeat);

/*
 * Whether a datagram of len bytes, of which data has the first 8, is one in which a kernel tells
 * of connections (version 0 or 1 of its protocol).
 */
bool sync_entries_are(const void *data, size_t len, uint32_t syncid);

/*
 * Whether a datagram of lvsd that arrived with ttl may be taken. It is sent with 255, which no
 * router leaves as it is, so it comes from this link (the idea of RFC 5082). file_ttl: what
 * lvs_sync_daemon says, 0 when it says nothing; then up to so much is taken as well.
 */
bool sync_ttl_is_near(unsigned ttl, unsigned file_ttl);

/* What is sent: 255, or file_ttl where routers are to pass it on (above 1). */
unsigned sync_ttl_said(unsigned file_ttl);

#endif
