/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pair of this simulation has mode kernel: nothing of mode relay has an effect. sim_sync simulates that. */
#include "daemon/director/sync/relaying.h"

#include <assert.h>
#include <errno.h>

void relaying_load(struct sync_side *side, const struct conf_responder *responder)
{
	(void)side;
	(void)responder;
}

unsigned relaying_interface(struct sync_side *side, const char **ret_fault)
{
	(void)side;
	(void)ret_fault;
	assert(!"no configuration of the pair has mode relay");
	return 0;
}

void relaying_settle(struct sync_side *side, unsigned index)
{
	(void)side;
	(void)index;
	assert(!"no configuration of the pair has mode relay");
}

void relaying_end(struct sync_side *side)
{
	(void)side;
}

void relaying_serve(struct sync_side *side)
{
	(void)side;
}

void relaying_wait(struct sync_side *side)
{
	(void)side;
	assert(!"no configuration of the pair has mode relay");
}

void relaying_held(struct sync_side *side)
{
	(void)side;
}

bool relaying_take(struct sync_side *side, uint16_t type, const void *body, size_t len)
{
	(void)side;
	(void)type;
	(void)body;
	(void)len;
	return false;
}

void relaying_forget(struct sync_side *side)
{
	(void)side;
}

int relaying_resync(struct sync_side *side)
{
	(void)side;
	return -ENOTCONN;
}

void relaying_close(struct sync_side *side)
{
	(void)side;
}

void relaying_status(const struct sync_side *side, struct sync_status *status)
{
	(void)side;
	(void)status;
}

/* No role of the pair was ever on a private interface. */
int sync_keeper_remove(const char *name)
{
	(void)name;
	return 0;
}

int relaying_post(struct sync_side *side, const struct endpoint *peer, const void *message, size_t len)
{
	(void)side, (void)peer, (void)message, (void)len;
	return -ENOTCONN;
}
