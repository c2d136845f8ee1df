/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/router/queue.h"
#include "base/mem.h"

#include <stdlib.h>

/* Doubles the size, and moves the oldest action to the front. */
static void grow(struct vrrp_queue *queue)
{
	size_t cap = queue->cap ? queue->cap * 2 : VRRP_QUEUE_MIN;
	struct vrrp_router_action *items = mem_calloc(cap, sizeof(*items));

	for (size_t i = 0; i < queue->n; i++)
		items[i] = queue->items[(queue->first + i) % queue->cap];
	free(queue->items);
	*queue = (struct vrrp_queue){.items = items, .cap = cap, .n = queue->n};
}

void vrrp_queue_free(struct vrrp_queue *queue)
{
	free(queue->items);
}

struct vrrp_router_action *vrrp_queue_push(struct vrrp_queue *queue, unsigned id,
					   enum vrrp_router_action_kind kind)
{
	struct vrrp_router_action *action;

	if (queue->n == queue->cap)
		grow(queue);
	action = &queue->items[(queue->first + queue->n++) % queue->cap];
	*action = (struct vrrp_router_action){.kind = kind, .id = id};
	return action;
}

bool vrrp_queue_take(struct vrrp_queue *queue, struct vrrp_router_action *ret_action)
{
	if (!queue->n)
		return false;
	*ret_action = queue->items[queue->first];
	queue->first = (queue->first + 1) % queue->cap;
	if (!--queue->n && queue->cap > VRRP_QUEUE_MIN) {
		vrrp_queue_free(queue);
		*queue = (struct vrrp_queue){0};
	}
	return true;
}

bool vrrp_queue_has_room(const struct vrrp_queue *queue, size_t n)
{
	return queue->n + n <= VRRP_QUEUE_MAX;
}
