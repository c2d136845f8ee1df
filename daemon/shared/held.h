/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses that lvsd may hold on this machine's interfaces: those of every configuration that a vrrp
 * process was told of, until one has said that it carried out a later one. A vrrp process may die or hang
 * before it removes an address that a reload took out of the file; its successor knows the new file alone, so it
 * is told what is left. Pure, but for held_read() and held_store() (held_file.c).
 *
 * The addresses of an address owner (priority 255) are the machine's own and never among them.
 */
#ifndef LVSD_DAEMON_SHARED_HELD_H
#define LVSD_DAEMON_SHARED_HELD_H

#include "base/vec.h"
#include "conf/conf.h"

#include <stdbool.h>

struct held_addr {
	char interface[CONF_IFNAME_MAX];
	struct addr addr;
	uint8_t prefix_len;
};

/* Sorted, each once. Begins as {0}; held_free() ends it. */
struct held {
	VEC(struct held_addr) list;
};

void held_free(struct held *held);

/* Adds the addresses of conf. Returns whether any is new. */
bool held_add(struct held *held, const struct conf *conf);
/* Becomes the addresses of conf alone; NULL: none. Returns whether anything has changed. */
bool held_set(struct held *held, const struct conf *conf);

/*
 * Adds to ret_left, which begins as {0}, what is held and not named by conf: what must go. NULL: all of it.
 * Example: held eth0 10.0.0.1/32 and 10.0.0.2/32, conf names the first: eth0 10.0.0.2/32.
 */
void held_left(const struct held *held, const struct conf *conf, struct held *ret_left);

/* Adds what addresses.json of the run dir names; nothing without that file, as an older lvsd leaves it. */
void held_read(const char *run_dir, struct held *held);
/* Replaces the file; what cannot be written is a warning in the log. */
void held_store(const char *run_dir, const struct held *held);

#endif
