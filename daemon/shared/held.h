/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual and static addresses, routes and rules that lvsd may have on this machine: those of every
 * configuration that was sent to a vrrp process, until a vrrp process has confirmed a later
 * configuration. A vrrp process may die or hang before it removes an address that a reload took out
 * of the file. Its successor gets only the new file, so it also gets the list of the addresses that
 * are left. Routes and rules are listed by keys, since others of lvsd's protocol may be of another
 * lvsd. Pure, but for held_file.c and held_machine.c.
 *
 * The addresses of an address owner (priority 255) belong to the machine, and are in the list only if they were not on
 * the machine before lvsd added them.
 */
#ifndef LVSD_DAEMON_SHARED_HELD_H
#define LVSD_DAEMON_SHARED_HELD_H

#include "base/vec.h"
#include "conf/conf.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>

/* A virtual address on an interface. */
struct held_addr {
	char interface[CONF_IFNAME_MAX];
	/* Of the interface that had this name last. A renamed interface keeps it; an interface that is deleted and made
	 * again gets another one. 0: not known, as there was none, or as an older lvsd wrote the file. */
	unsigned index;
	struct addr addr;
	struct addr peer; /* of a point-to-point address, with that prefix length; else AF_UNSPEC */
	uint8_t prefix_len;
};

/* Sorted lists without duplicates. Begins as {0}; held_free() frees it. */
struct held {
	VEC(struct held_addr) list;
	VEC(char *) items; /* keys (vrrp/holding/item_key.h) of routes and rules of CONF_ROUTE_PROTOCOL */
};

void held_free(struct held *held);

/* Adds the addresses, routes and rules of conf, without the addresses of owners. Returns whether any is new. */
bool held_add(struct held *held, const struct conf *conf);
/* Adds the addresses of owners that are not on the machine now (machine: as getifaddrs(3) returns them; NULL: they
 * cannot be read, and none is added). To be called before a vrrp process gets conf. Returns whether any is new. */
bool held_add_owned(struct held *held, const struct conf *conf, const struct ifaddrs *machine);
/* The same with the addresses of this network namespace (held_machine.c). */
bool held_add_owned_here(struct held *held, const struct conf *conf);
/* Replaces the lists by those of conf (NULL: by none). Those addresses of its owners stay that were in the list.
 * Returns whether the lists have changed. */
bool held_set(struct held *held, const struct conf *conf);

/*
 * Adds to ret_left, which begins as {0}, the addresses of held that conf does not have: those must be
 * removed. conf NULL: all addresses.
 * Example: held has eth0 10.0.0.1/32 and 10.0.0.2/32, conf has the first: eth0 10.0.0.2/32 is left.
 */
void held_left(const struct held *held, const struct conf *conf, struct held *ret_left);
/* Whether there are such addresses. */
bool held_has_left(const struct held *held, const struct conf *conf);

/* Adds to ret_owned, which begins as {0}, the addresses of held that an owner of conf has: lvsd added them. */
void held_owned(const struct held *held, const struct conf *conf, struct held *ret_owned);

/*
 * Notes the index of each interface that is named now; the others keep theirs. Returns whether any has changed.
 * interfaces: as if_nameindex(3) returns them; NULL: they cannot be read, and nothing changes.
 * To be called while lvsd runs: it puts an address on the interface that has the name.
 */
bool held_locate(struct held *held, const struct if_nameindex *interfaces);
/*
 * Names each address by the interface that has it, where a dead lvsd wrote the list. An interface may have been renamed
 * since, and the address of one that was deleted is gone: it leaves the list. interfaces: as above.
 * Example: held has eth0 (index 5) 10.0.0.1/32. Index 5 is called lan0 by now: held has lan0 10.0.0.1/32.
 */
void held_follow(struct held *held, const struct if_nameindex *interfaces);
/* Both, with the interfaces of this network namespace (held_machine.c). */
bool held_locate_here(struct held *held);
void held_follow_here(struct held *held);

/* Adds a key of a route or rule, which may be nonsense. held_add() sorts. */
void held_add_item(struct held *held, const char *key);

/* Adds what is in addresses.json of the run dir. Adds nothing if the file is missing, as it is after an
 * older lvsd. One that knew addresses, and no routes, may have left any route or rule (VRRP_ITEM_KEY_ALL). */
void held_read(const char *run_dir, struct held *held);
/* Replaces addresses.json; a failure is logged as a warning. */
void held_store(const char *run_dir, const struct held *held);

#endif
