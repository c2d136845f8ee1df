/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/held_frames.h"
#include "vrrp/holding/item_key.h"
#include "vrrp/wire.h"

static void send_addresses(struct greeted *vrrp, uint16_t type, const struct held *left)
{
	char body[VRRP_ITEM_KEY_MAX + 16];

	for (size_t i = 0; i < left->list.n; i++) {
		const struct held_addr *item = &left->list.items[i];
		const struct conf_vip vip = {.addr = item->addr,
					     .prefix_len = item->prefix_len,
					     .peer = item->peer,
					     .peer_len = item->prefix_len,
					     .interface = item->interface};

		greeted_send(vrrp, type, body, vrrp_left_encode(&vip, body, sizeof(body)));
	}
}

void held_frames_send(struct greeted *vrrp, const struct held *held, const struct conf *conf)
{
	struct held left = {0}, owned = {0};
	char body[VRRP_ITEM_KEY_MAX + 16];

	held_left(held, conf, &left);
	send_addresses(vrrp, VRRP_FRAME_LEFT, &left);
	held_owned(held, conf, &owned);
	send_addresses(vrrp, VRRP_FRAME_LEFT_OWNED, &owned);
	held_free(&left);
	held_free(&owned);
	for (size_t i = 0; i < held->items.n; i++)
		greeted_send(vrrp, VRRP_FRAME_LEFT_ITEM, body,
			     vrrp_left_item_encode(held->items.items[i], body, sizeof(body)));
}
