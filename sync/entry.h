/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The datagrams of the kernel's sync daemons, version 1 of their protocol, and the entries in them
 * (net/netfilter/ipvs/ip_vs_sync.c: struct ip_vs_sync_mesg, ip_vs_sync_v4, ip_vs_sync_v6). Pure.
 *
 * A datagram is a header of 8 bytes (0, syncid, size u16, number of entries, version 1, 0 u16) and its
 * entries, each padded to 4 bytes:
 *
 *    0  type u8 (1: IPv6), protocol u8, version (4 bits, 0) and size (12 bits) u16
 *    4  flags u32, state u16, client's port u16, virtual port u16, server's port u16
 *   16  mark u32, timeout in seconds u32
 *   24  addresses of the client, the service and the server
 *   36  (IPv6: 72) options: type u8, length u8, and so many bytes
 *
 * Numbers are big endian.
 */
#ifndef LVSD_SYNC_ENTRY_H
#define LVSD_SYNC_ENTRY_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYNC_HEADER_SIZE    8
#define SYNC_ENTRY_SIZE_MIN 36
/* Of its field. */
#define SYNC_ENTRY_SIZE_MAX 4095
/* Of the header's field. */
#define SYNC_ENTRIES_MAX 255

/* IP_VS_CONN_F_TEMPLATE: the entry is a client's memory of its server (persistence), no connection. */
#define SYNC_ENTRY_TEMPLATE 0x1000

/* A connection, or a template. raw is in the datagram. */
struct sync_entry {
	const uint8_t *raw;
	size_t len;
	uint32_t flags, timeout_s;
	bool is_template;
	/* Of a template of a service with a mark, the virtual address is the mark. */
	uint8_t protocol;
	uint16_t state;
	uint32_t fwmark;
	struct endpoint virtual_server, dest;
	const uint8_t *options; /* up to raw + len: type u8, length u8, and so many bytes each */
};

/* Reads a datagram. Begins with sync_datagram_open(). */
struct sync_datagram {
	const uint8_t *at, *end;
	unsigned n_left;
};

/*
 * Whether a kernel would read these bytes: version 1, of this syncid, as long as they say. A datagram
 * without entries is one, too.
 */
bool sync_datagram_open(struct sync_datagram *datagram, const void *data, size_t len, uint32_t syncid);

/*
 * Takes the next entry. Returns 1; 0 behind the last one; -EBADMSG at an entry that a kernel would not
 * read, behind which it reads nothing either.
 */
int sync_datagram_next(struct sync_datagram *datagram, struct sync_entry *ret_entry);

/*
 * What makes the entry another connection: protocol, addresses and ports of client and service, and for a
 * template also what its persistence engine knows the client by. Writes that to key and returns its
 * length. A key never has more bytes than its entry.
 */
size_t sync_entry_key(const struct sync_entry *entry, uint8_t key[static SYNC_ENTRY_SIZE_MAX]);

/* Do both entries of one connection have the same server, and the same state? That of a template does not count. */
bool sync_entry_agrees(const struct sync_entry *a, const struct sync_entry *b);

/* Writes a datagram of at most size bytes into data. Begins with all other members zero. */
struct sync_datagram_writer {
	uint8_t *data;
	size_t size;
	size_t len; /* so far, with the header */
	unsigned n;
};

/* Appends an entry with another timeout. Returns false if it does not fit. */
bool sync_datagram_put(struct sync_datagram_writer *writer, const struct sync_entry *entry,
		       uint32_t timeout_s);
/* Writes the header. Returns the length; 0: there is no entry. */
size_t sync_datagram_end(struct sync_datagram_writer *writer, uint32_t syncid);

#endif
