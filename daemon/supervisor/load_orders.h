/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the director has asked loaders for, and what no loader has begun yet. One loader runs at a
 * time. A reading replaces the reading that waits, and goes before the dump files. Of each dump file
 * the newest text waits.
 */
#ifndef LVSD_DAEMON_SUPERVISOR_LOAD_ORDERS_H
#define LVSD_DAEMON_SUPERVISOR_LOAD_ORDERS_H

#include "daemon/shared/dump.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

/* The body of DAEMON_FRAME_LOAD with its descriptor. */
struct load_order {
	int fd; /* the socket on which the director waits for the answers, or the text of a dump; -1: no
		   order */
	uint8_t kind; /* enum load_kind */
	char path[PATH_MAX];
};

struct load_orders {
	struct load_order reading;
	struct load_order dumps[DUMP_KINDS];
};

void load_orders_init(struct load_orders *orders);
/* Closes the descriptors of all that wait. */
void load_orders_drop(struct load_orders *orders);

/* Takes an order, and owns fd from now on. What makes no sense is dropped. Returns whether it is a
 * reading, for which the loader that runs is to be ended. */
bool load_orders_add(struct load_orders *orders, const uint8_t *body, size_t len, int fd);

/* Takes the next order out of the queue; the caller closes its descriptor. Returns false if there is
 * none. */
bool load_orders_next(struct load_orders *orders, struct load_order *ret_order);

#endif
