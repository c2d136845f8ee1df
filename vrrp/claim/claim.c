/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/claim/claim.h"

#include <string.h>

#define ROUNDS 3

void vrrp_claim_begin(struct vrrp_claim *claim, int64_t interval_ns, struct mono now)
{
	*claim = (struct vrrp_claim){.n_left = ROUNDS, .pause_ns = interval_ns / ROUNDS, .next = now};
}

void vrrp_claim_again(struct vrrp_claim *claim, struct mono now)
{
	claim->n_left++;
	claim->next = now;
}

struct mono vrrp_claim_wake(const struct vrrp_claim *claim)
{
	return claim->n_left ? claim->next : MONO_NEVER;
}

bool vrrp_claim_take(struct vrrp_claim *claim, struct mono now)
{
	if (!mono_reached(now, vrrp_claim_wake(claim)))
		return false;
	claim->n_left--;
	claim->next = mono_add_ns(now, claim->pause_ns);
	return true;
}

void vrrp_claim_answer(struct vrrp_claim *claim, const struct addr *addr,
		       const uint8_t mac[static VRRP_MAC_LEN])
{
	if (claim->found.family != AF_UNSPEC)
		return;
	claim->found = *addr;
	memcpy(claim->found_mac, mac, VRRP_MAC_LEN);
}
