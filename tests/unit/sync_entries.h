/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync entries as a kernel writes them, for tests. */
#ifndef LVSD_TESTS_UNIT_SYNC_ENTRIES_H
#define LVSD_TESTS_UNIT_SYNC_ENTRIES_H

#include "sync/entry.h"

#include <string.h>

#define ENTRY_MAX 256

/* A connection of TCP from port client. */
struct made_entry {
	bool is_ip6, is_template;
	uint16_t client;
	uint8_t server; /* the last byte of its address */
	uint32_t timeout_s;
	const char *options; /* bytes of n_options */
	size_t n_options;
};

static inline size_t entry_make(const struct made_entry *made, uint8_t raw[static ENTRY_MAX])
{
	size_t address = made->is_ip6 ? 16 : 4, len = 24 + 3 * address + made->n_options;

	memset(raw, 0, ENTRY_MAX);
	raw[0] = made->is_ip6;
	raw[1] = 6;
	raw[2] = (uint8_t)(len >> 8);
	raw[3] = (uint8_t)len;
	raw[6] = made->is_template ? 0x10 : 0; /* IP_VS_CONN_F_TEMPLATE, of four bytes from 4 */
	raw[9] = 1;			       /* ESTABLISHED */
	raw[10] = (uint8_t)(made->client >> 8);
	raw[11] = (uint8_t)made->client;
	raw[13] = 80;
	raw[15] = 80;
	raw[22] = (uint8_t)(made->timeout_s >> 8);
	raw[23] = (uint8_t)made->timeout_s;
	raw[24 + address - 1] = 1;
	raw[24 + 2 * address - 1] = 2;
	raw[24 + 3 * address - 1] = made->server;
	if (made->n_options)
		memcpy(raw + 24 + 3 * address, made->options, made->n_options);
	return len;
}

/* The entry in raw, which must live as long. */
static inline struct sync_entry entry_read(const uint8_t *raw, size_t len)
{
	struct sync_datagram one = {.at = raw, .end = raw + len, .n_left = 1};
	struct sync_entry entry = {0};

	ck_assert_int_eq(sync_datagram_next(&one, &entry), 1);
	return entry;
}

#endif
