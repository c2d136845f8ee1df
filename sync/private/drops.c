/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/drops.h"
#include "sync/bound.h"

#include <stdlib.h>
#include <string.h>

/* The text behind n words. */
static const char *pass_words(const char *text, unsigned n)
{
	while (n--) {
		text += strspn(text, " ");
		text += strcspn(text, " \n");
	}
	return text;
}

/* Reads "1234: 510000E0:22A0 00000000:0000 07 TX:RX TR:WHEN RETRANSMITS UID TIMEOUT INODE REFERENCES POINTER DROPS".
 * The line of the heads has no socket. */
static bool drops_row_read(const char *line, const struct endpoint *local, uint32_t uid, struct sync_drops_row *ret_row)
{
	struct endpoint ep = {.addr.family = local->addr.family};
	const char *at = line + strspn(line, " ");
	struct sync_drops_row row;
	unsigned long owner;
	char *end;

	at += strspn(at, "0123456789");
	if (*at != ':')
		return false;
	at = sync_socket_read(at + 1 + strspn(at + 1, " "), &ep);
	if (!at || endpoint_cmp(&ep, local))
		return false;
	at = pass_words(at, 5);
	owner = strtoul(at, &end, 10);
	if (end == at || (owner && owner != uid))
		return false;
	at = pass_words(end, 1);
	row.inode = strtoull(at, &end, 10);
	if (end == at)
		return false;
	at = pass_words(end, 2);
	at += strspn(at, " ");
	row.drops = (uint32_t)strtoul(at, &end, 10);
	if (end == at)
		return false;
	*ret_row = row;
	return true;
}

bool sync_drops_read(const char *text, const struct endpoint *local, uint32_t uid, struct sync_drops_row *ret_row)
{
	for (; *text; text += *text ? 1 : 0) {
		if (drops_row_read(text, local, uid, ret_row))
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}

uint32_t sync_drops_take(struct sync_drops *drops, const struct sync_drops_row *row)
{
	bool is_same = drops->last.inode == row->inode;
	uint32_t n = is_same ? row->drops - drops->last.drops : row->drops;

	drops->total = is_same ? drops->total + n : n;
	drops->last = *row;
	return n;
}
