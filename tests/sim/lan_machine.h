/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lan.c and lan_machine.c know of a machine together. */
#ifndef LVSD_TESTS_SIM_LAN_MACHINE_H
#define LVSD_TESTS_SIM_LAN_MACHINE_H

#include "base/vec.h"
#include "tests/sim/lan.h"
#include "vrrp/machine/link.h"
#include "vrrp/machine/raw.h"

struct lan_addr {
	struct addr addr;
	uint8_t prefix_len;
};

/* A socket that waits for a frame of another machine. */
struct lan_listener {
	int fd;
	bool has_heard;
};

struct lan_machine {
	unsigned number;
	struct vrrp_link_if eth0;
	bool is_forwarding, is_still;
	int refusal;
	struct vrrp_link_gain gain; /* since the last vrrp process has closed its link */
	VEC(struct lan_addr) addrs; /* in the order of their appearance */
	uint64_t addrs_state;       /* another number after each change of addrs */
	struct loop *loop;          /* of the vrrp process that was put there last */
	VEC(struct vrrp_link *) links; /* of all its vrrp processes: there may be an orphan, too */
	VEC(struct vrrp_raw *) raws;
	VEC(struct lan_listener) listeners;
};

/* The machine that the index of its eth0 names, from 1 to lan_count(), and the one that a loop was put on. */
struct lan_machine *lan_machine_of_index(unsigned index);
unsigned lan_count(void);
struct lan_machine *lan_machine_of_loop(const struct loop *loop);
/* Whether a vrrp process with this loop has opened its link there. */
bool lan_machine_has_loop(const struct lan_machine *machine, const struct loop *loop);

/* The machine other than this one that has the address, if both can reach each other; NULL: none. */
struct lan_machine *lan_machine_with(const struct lan_machine *machine, const struct addr *addr);

/* A frame has come. */
void lan_machine_receive(struct lan_machine *machine, const struct lan_frame *frame);
/* The process hears that interface or addresses have changed. */
void lan_machine_changed(const struct lan_machine *machine);
/* Some other machine has said something that is no VRRP. */
void lan_machine_hears(struct lan_machine *machine);
void lan_machine_add(struct lan_machine *machine, const struct addr *addr, uint8_t prefix_len);
bool lan_machine_has(const struct lan_machine *machine, const struct addr *addr);
bool lan_machine_remove(struct lan_machine *machine, const struct addr *addr);
/* eth0 has got its carrier. */
void lan_machine_gains_carrier(struct lan_machine *machine);
void lan_machine_fini(struct lan_machine *machine);

struct lan_counts *lan_counts_mutable(void);
/* A process has added an address. */
void lan_added(unsigned machine, const struct addr *addr);
/* Whether the process that acts now lives. */
bool lan_may_act(void);

#endif
