/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Has another machine the virtual addresses? An instance that begins as BACKUP asks its network while it
 * waits for a master's advertisements, so nothing is delayed. Pure: this file says when to ask. The three
 * rounds of RFC 5227 take seconds; here they fit into one interval of advertisements.
 */
#ifndef LVSD_VRRP_CLAIM_CLAIM_H
#define LVSD_VRRP_CLAIM_CLAIM_H

#include "base/addr.h"
#include "base/mono.h"
#include "vrrp/garp.h"

/* Begins as {0}: nothing is asked. */
struct vrrp_claim {
	unsigned n_left; /* rounds to come */
	int64_t pause_ns;
	struct mono next;
	struct addr found; /* an address that another machine has; AF_UNSPEC: none was found */
	uint8_t found_mac[VRRP_MAC_LEN];
};

/* Begins three rounds, the first at once; what was found before is forgotten. interval_ns: between
 * advertisements. Example: begun at 0 with an interval of 1 s, it asks at 0, 333 and 667 ms. */
void vrrp_claim_begin(struct vrrp_claim *claim, int64_t interval_ns, struct mono now);
/* One round more, at once; rounds to come follow it in the same rhythm. */
void vrrp_claim_again(struct vrrp_claim *claim, struct mono now);
/* When the next round is due; MONO_NEVER: there is none. */
struct mono vrrp_claim_wake(const struct vrrp_claim *claim);
/* Is a round due? If so, it counts as done. */
bool vrrp_claim_take(struct vrrp_claim *claim, struct mono now);
/* Another machine has the address. The first answer is kept. */
void vrrp_claim_answer(struct vrrp_claim *claim, const struct addr *addr,
		       const uint8_t mac[static VRRP_MAC_LEN]);

#endif
