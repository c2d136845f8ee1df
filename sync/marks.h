/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which firewall mark the connections to a virtual address and port have, learnt from the entries that the
 * kernel sends: its list of connections (listed.h) does not show marks. Pure.
 */
#ifndef LVSD_SYNC_MARKS_H
#define LVSD_SYNC_MARKS_H

#include "base/svckey.h"
#include "sync/entry.h"

/* The mark of the connections to one virtual address and port, as the kernel said last. */
struct sync_mark {
	struct svckey service; /* protocol, address and port; fwmark is 0 */
	uint32_t fwmark;
};

/* Begins as {0}. The items are in the order of their services. */
struct sync_marks {
	struct sync_mark *items;
	size_t n, cap;
};

/* At most so many; further ones are not learnt. */
#define SYNC_MARKS_MAX 4096

/* Learns from an entry of a connection with a mark. Other entries change nothing. */
void sync_marks_take(struct sync_marks *marks, const struct sync_entry *entry);
/* The mark of the connections to a service by its address, for example 7 for "tcp:10.9.0.100:80". 0: not known. */
uint32_t sync_mark_of(const struct sync_marks *marks, const struct svckey *service);
void sync_marks_free(struct sync_marks *marks);

#endif
