/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines on one switch, in the virtual world of base/virtual: what vrrp/machine gets of the kernel
 * (link, raw, listen) it gets from here, in a program that lists lan.c and lan_machine.c among its
 * sources. Each machine has one interface, eth0, with a carrier, a port of the switch that may not
 * forward yet, and addresses. On the switch there are clients, too: they learn who announced an
 * address last, and say something every now and then.
 *
 * The machine of a vrrp process is the one on which its loop was put. A process that dies is freed
 * without a stop: its addresses stay, and what waited in its sockets is gone.
 */
#ifndef LVSD_TESTS_SIM_LAN_H
#define LVSD_TESTS_SIM_LAN_H

#include "base/addr.h"
#include "base/loop.h"

#include <stddef.h>
#include <stdint.h>

#define LAN_MACHINES_MAX 4
#define LAN_BYTES_MAX    256

/* What may befall a frame; each machine and each way for itself. */
struct lan_trouble {
	unsigned loss_percent, duplicate_percent;
	int64_t delay_max_ns;
	bool is_quiet;    /* no client says anything */
	bool keeps_order; /* what a machine gets comes in the order in which it was sent */
	bool is_cut[LAN_MACHINES_MAX][LAN_MACHINES_MAX]; /* [from][to] */
};

/* What has happened. */
struct lan_counts {
	uint64_t n_frames, n_lost, n_doubled, n_overtaken, n_cut, n_unheard; /* unheard: a dead port */
	uint64_t n_forged, n_refused, n_announced;
	size_t n_unread; /* frames in the sockets of a process when it changed addresses last */
};

enum lan_kind {
	LAN_VRRP,
	LAN_SYNC,     /* a datagram to the group of connection sync */
	LAN_ANNOUNCE, /* ARP or neighbour advertisement */
	LAN_QUESTION, /* who has an address? (vrrp/machine/neighbour.h) */
};

struct lan_frame {
	enum lan_kind kind;
	struct addr source, destination; /* LAN_ANNOUNCE: source is the announced address */
	uint8_t hop_limit;
	uint8_t bytes[LAN_BYTES_MAX];
	size_t len;
};

/* A datagram of LAN_SYNC has come to a machine. */
typedef void lan_sync_fn(unsigned machine, const struct lan_frame *frame);

/* After world_begin(). below(n): chance, from 0 to n - 1. No machine, no trouble. */
void lan_begin(uint64_t (*below)(uint64_t n), lan_sync_fn *on_sync);
/* All processes must have been freed. */
void lan_end(void);

/* Its number: 0 for the first. It has the address 10.0.0.(n + 1), and a link-local one. */
unsigned lan_add_machine(void);
struct addr lan_address(unsigned machine, uint16_t family);

/* The vrrp process with this loop runs there; one that was put there before goes on. */
void lan_put_process(struct loop *loop, unsigned machine);
/* So does each process whose loop was put nowhere, until this is called with -1. */
void lan_put_others(int machine);
/* Asked before each act of a process on its machine or the network; false: that process is dead. */
void lan_on_act(bool (*may_act)(void));
/* Called with each frame of VRRP that a process sends from the machine. */
void lan_on_vrrp(void (*on_vrrp)(unsigned machine, const struct lan_frame *frame));
/* Called when a process has added an address to the machine. */
void lan_on_addr(void (*on_addr)(unsigned machine, const struct addr *addr));

/* To be changed at any time. */
struct lan_trouble *lan_trouble(void);
const struct lan_counts *lan_counts(void);
/* Frames that have been sent and not delivered yet do not pass either. */
void lan_set_carrier(unsigned machine, bool has_carrier);
void lan_set_forwarding(unsigned machine, bool is_forwarding);
/* The whole machine stands still: nobody takes the frames that come to it. */
void lan_set_still(unsigned machine, bool is_still);
bool lan_has_carrier(unsigned machine);
bool lan_is_forwarding(unsigned machine);

/* Somebody else on the machine adds or removes an address. */
void lan_add_addr(unsigned machine, const struct addr *addr, uint8_t prefix_len);
void lan_take_addr_away(unsigned machine, const struct addr *addr);
bool lan_has_addr(unsigned machine, const struct addr *addr);
/* Another number after each change of its addresses. */
uint64_t lan_addrs_state(unsigned machine);
/* From now on its kernel refuses new addresses with this code; 0: it takes them. */
void lan_refuse_addrs(unsigned machine, int code);

/* Where the clients send what is for the address; -1: nobody has announced it. */
int lan_neighbour(const struct addr *addr);

/* Sends a frame from a machine to all others, as its processes do. */
void lan_send(unsigned from, const struct lan_frame *frame);
/* Somebody on the switch sends a frame to a machine. */
void lan_forge(unsigned to, const struct lan_frame *frame);

#endif
