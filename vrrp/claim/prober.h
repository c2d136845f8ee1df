/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the networks of instances whether another machine has their virtual addresses (edge), at the times
 * of vrrp/claim/claim.h. Its sockets are open only while answers may come. No call here waits. That
 * a socket cannot be opened is no fault: nothing depends on the answers.
 */
#ifndef LVSD_VRRP_CLAIM_PROBER_H
#define LVSD_VRRP_CLAIM_PROBER_H

#include "base/loop.h"
#include "vrrp/claim/claim.h"

struct conf_vrrp;
struct vrrp_fsm_conf;
struct vrrp_link;
struct vrrp_prober;

struct vrrp_prober *vrrp_prober_new(struct loop *loop, const struct vrrp_link *link);
void vrrp_prober_free(struct vrrp_prober *prober);

/* Begins to ask for addresses of the instance id on its interface. The first eight are enough: who has
 * one of them has them all. Addresses on other interfaces are left out, and those behind which
 * stands `-nodad`: a director that is about to add such an address would take the question for a
 * duplicate. If none is left it asks for the address from which the instance sends, for the frame alone:
 * other directors wait for one (VRRP_ACTION_BE_HEARD). */
void vrrp_prober_begin(struct vrrp_prober *prober, unsigned id, const struct conf_vrrp *conf,
		       const struct vrrp_fsm_conf *fsm_conf);
/* Asks once more, at once. An instance that does not ask is left alone. */
void vrrp_prober_again(struct vrrp_prober *prober, unsigned id);
/* Ends it. Returns what was found; its address is AF_UNSPEC if nothing was. */
struct vrrp_claim vrrp_prober_end(struct vrrp_prober *prober, unsigned id);

#endif
