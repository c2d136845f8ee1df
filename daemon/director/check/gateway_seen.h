/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What messages of rtnetlink say of default gateways, and the messages that ask about them. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_GATEWAY_SEEN_H
#define LVSD_DAEMON_DIRECTOR_CHECK_GATEWAY_SEEN_H

#include "base/addr.h"
#include "healthcheck/judge/reach.h"

#include <linux/neighbour.h>
#include <linux/netlink.h>

/* More gateways than this are not watched. */
#define GATEWAYS_MAX 16

struct gateway {
	struct addr addr;
	unsigned index;         /* of its interface */
	enum reach_state state; /* REACH_NONE: the kernel asks no such neighbour, so it proves nothing */
};

struct gateways_seen {
	struct gateway items[GATEWAYS_MAX];
	size_t n;
};

/* Adds the gateways of an RTM_NEWROUTE of header->nlmsg_len bytes, if that is a default route of table main. Each is
 * listed once, in state REACH_UNSURE. */
void gateways_seen_route(struct gateways_seen *seen, const struct nlmsghdr *header);

/* A message that asks the kernel about the gateway: is_probe: to send a probe to the neighbour that it knows; else to
 * look for it. */
struct gateway_question {
	struct nlmsghdr header;
	struct ndmsg neighbour;
	struct nlattr dst;
	uint8_t bytes[16];
};
void gateway_question_fill(const struct gateway *gateway, bool is_probe, uint32_t sequence,
			   struct gateway_question *ret_question);
/* A message that asks for the entry of the gateway alone (RTM_GETNEIGH). */
void gateway_query_fill(const struct gateway *gateway, uint32_t sequence, struct gateway_question *ret_question);

/* Reads an RTM_NEWNEIGH or RTM_DELNEIGH. Returns the gateway that it is about, and the state of the neighbour
 * (NUD_*; 0: deleted) in *ret_nud; NULL: it is about none. */
struct gateway *gateways_seen_neighbour(struct gateways_seen *seen, const struct nlmsghdr *header, uint16_t *ret_nud);

/* What a state of a neighbour proves after it was asked about: NUD_REACHABLE: heard, NUD_FAILED: lost,
 * NUD_PERMANENT and NUD_NOARP: nothing (REACH_NONE), others: REACH_UNSURE. */
enum reach_state gateway_state_of(uint16_t nud);

/* All together: heard if one is. */
enum reach_state gateways_seen_state(const struct gateways_seen *seen);

#endif
