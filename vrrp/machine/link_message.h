/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bodies of the requests by which vrrp/machine/link.c changes interfaces and their addresses
 * (vrrp/machine/batch.h). Pure. */
#ifndef LVSD_VRRP_MACHINE_LINK_MESSAGE_H
#define LVSD_VRRP_MACHINE_LINK_MESSAGE_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl_msg;

/* An address to add or remove, and the kernel's answer. */
struct vrrp_link_change {
	unsigned index; /* of the interface */
	struct addr addr;
	uint8_t prefix_len, scope;
	struct addr peer;       /* of a point-to-point address; AF_UNSPEC: none */
	const char *label;      /* "": none */
	struct addr broadcast;  /* AF_UNSPEC: none */
	uint32_t flags;         /* IFA_F_* */
	uint32_t preferred_lft; /* seconds; UINT32_MAX: for ever */
	int result;            /* 0 or -errno */
};

/* Request i of RTM_DELADDR or RTM_NEWADDR; changes: an array of struct vrrp_link_change. */
void link_put_removal(struct nl_msg *message, size_t i, const void *changes);
void link_put_addition(struct nl_msg *message, size_t i, const void *changes);

/* Whether the interface keeps its secondary addresses when the primary one goes (promote_secondaries). */
struct link_promotion {
	unsigned index;
	bool is_on;
};

/* promotion: a struct link_promotion. */
void link_put_promotion(struct nl_msg *message, size_t i, const void *promotion);

#endif
