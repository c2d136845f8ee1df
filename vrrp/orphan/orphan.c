/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const char version[] = PACKAGE_VERSION;
_Static_assert(sizeof(version) <= VRRP_ORPHAN_VERSION_MAX, "the version is too long for SUCCEED");

size_t vrrp_orphan_succeed_encode(uint64_t nonce,
				  char body[static sizeof(uint64_t) + VRRP_ORPHAN_VERSION_MAX])
{
	memcpy(body, &nonce, sizeof(nonce));
	memcpy(body + sizeof(nonce), version, sizeof(version) - 1);
	return sizeof(nonce) + sizeof(version) - 1;
}

int vrrp_orphan_succeed_decode(const void *body, size_t len, uint64_t *ret_nonce, bool *ret_is_same)
{
	uint64_t nonce;

	if (len < sizeof(nonce))
		return -EBADMSG;
	memcpy(&nonce, body, sizeof(nonce));
	if (!nonce)
		return -EBADMSG;
	*ret_nonce = nonce;
	*ret_is_same = len - sizeof(nonce) == sizeof(version) - 1 &&
		       !memcmp((const char *)body + sizeof(nonce), version, sizeof(version) - 1);
	return 0;
}

void vrrp_orphan_mark(const char *interface, uint16_t family, uint8_t vrid, const char *door,
		      char name[static VRRP_ORPHAN_MARK_MAX])
{
	const char *last = door ? strrchr(door, '/') : NULL;

	snprintf(name, VRRP_ORPHAN_MARK_MAX, "lvsd/orphan/%s/%d/%u%.24s", interface, family == AF_INET ? 4 : 6, vrid,
		 last ? last : "");
}

static enum vrrp_orphan_act finish(struct vrrp_orphan *orphan, enum vrrp_orphan_act act)
{
	orphan->is_over = true;
	return act;
}

/* A process that leaves goes on doing so. */
static enum vrrp_orphan_act orphan_start(struct vrrp_orphan *orphan, const struct vrrp_orphan_facts *facts)
{
	orphan->is_alone = true;
	if (facts->is_leaving)
		return finish(orphan, VRRP_ORPHAN_NOTHING);
	return facts->is_at_work && facts->is_reachable ? VRRP_ORPHAN_SERVE
							: finish(orphan, VRRP_ORPHAN_HAND_OVER);
}

static enum vrrp_orphan_act go_on_alone(struct vrrp_orphan *orphan)
{
	orphan->is_over = orphan->is_relieved = false;
	orphan->asked = 0;
	return VRRP_ORPHAN_GO_ON;
}

enum vrrp_orphan_act vrrp_orphan_step(struct vrrp_orphan *orphan, enum vrrp_orphan_event event,
				      const struct vrrp_orphan_facts *facts)
{
	bool is_asked = event == VRRP_ORPHAN_CALLED || event == VRRP_ORPHAN_ASKED ||
			event == VRRP_ORPHAN_ASKED_BY_OTHER;

	if (orphan->is_alone && facts->is_leaving && is_asked)
		return finish(orphan, VRRP_ORPHAN_SAY);
	if (orphan->is_relieved && event == VRRP_ORPHAN_FORSAKEN)
		return go_on_alone(orphan);
	if (orphan->is_over || orphan->is_alone == (event == VRRP_ORPHAN_ALONE))
		return VRRP_ORPHAN_NOTHING;
	if (facts->is_leaving && event != VRRP_ORPHAN_ALONE)
		return finish(orphan, VRRP_ORPHAN_NOTHING);
	switch (event) {
	case VRRP_ORPHAN_ALONE:
		return orphan_start(orphan, facts);
	case VRRP_ORPHAN_ASKED:
		orphan->asked = facts->nonce;
		return VRRP_ORPHAN_TELL;
	case VRRP_ORPHAN_RELIEVED:
		if (!orphan->asked || facts->nonce != orphan->asked)
			return VRRP_ORPHAN_NOTHING;
		orphan->is_relieved = true;
		return finish(orphan, VRRP_ORPHAN_END);
	case VRRP_ORPHAN_ASKED_BY_OTHER:
	case VRRP_ORPHAN_REFUSED:
		return finish(orphan, VRRP_ORPHAN_HAND_OVER);
	case VRRP_ORPHAN_TIME_OVER:
		orphan->is_overdue = true;
		/* A successor that was told the states may hold them for true already. */
		return orphan->asked ? VRRP_ORPHAN_NOTHING : finish(orphan, VRRP_ORPHAN_HAND_OVER);
	case VRRP_ORPHAN_LOST:
		orphan->asked = 0;
		return orphan->is_overdue ? finish(orphan, VRRP_ORPHAN_HAND_OVER) : VRRP_ORPHAN_NOTHING;
	case VRRP_ORPHAN_CALLED:
	case VRRP_ORPHAN_FORSAKEN:
	case VRRP_ORPHAN_EVENTS:
		break;
	}
	return VRRP_ORPHAN_NOTHING;
}
