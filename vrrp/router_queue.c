/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/router_queue.h"

#include <assert.h>

struct vrrp_router_action *vrrp_queue_push(struct vrrp_queue *queue, unsigned id,
					   enum vrrp_router_action_kind kind)
{
	struct vrrp_router_action *action =
	    &queue->items[(queue->first + queue->n++) % VRRP_QUEUE_MAX];

	assert(queue->n <= VRRP_QUEUE_MAX);
	*action = (struct vrrp_router_action){.kind = kind, .id = id};
	return action;
}

bool vrrp_queue_take(struct vrrp_queue *queue, struct vrrp_router_action *ret_action)
{
	if (!queue->n)
		return false;
	*ret_action = queue->items[queue->first];
	queue->first = (queue->first + 1) % VRRP_QUEUE_MAX;
	queue->n--;
	return true;
}

bool vrrp_queue_has_room(const struct vrrp_queue *queue, size_t n)
{
	return queue->n + n <= VRRP_QUEUE_MAX;
}
