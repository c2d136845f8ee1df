/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/held.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "vrrp/holding/item_key.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void held_take(struct held *held, json_t *json)
{
	const char *interface = json_string_value(json_object_get(json, "interface"));
	const char *text = json_string_value(json_object_get(json, "address"));
	json_int_t prefix_len = json_integer_value(json_object_get(json, "prefix_len"));
	const char *peer = json_string_value(json_object_get(json, "peer"));
	json_int_t index = json_integer_value(json_object_get(json, "index"));
	struct held_addr item = {0};

	if (!interface || !text || strlen(interface) >= sizeof(item.interface) ||
	    addr_parse(text, &item.addr) < 0 || prefix_len < 0 ||
	    prefix_len > (json_int_t)addr_bits(&item.addr) ||
	    (peer && addr_parse(peer, &item.peer) < 0) || index < 0 || index > INT_MAX)
		return;
	strcpy(item.interface, interface);
	item.prefix_len = (uint8_t)prefix_len;
	item.index = (unsigned)index;
	*(struct held_addr *)vec_push(&held->list) = item;
}

static void held_take_item(struct held *held, const char *key)
{
	if (key && strlen(key) < VRRP_ITEM_KEY_MAX)
		held_add_item(held, key);
}

void held_read(const char *run_dir, struct held *held)
{
	json_t *root = rundir_json_fetch(run_dir, RUNDIR_ADDRESSES,
					 "addresses that are not in the file any more may stay on "
					 "the interfaces");
	json_t *items = json_object_get(root, "items"), *item;
	size_t i;

	json_array_foreach(json_object_get(root, "addresses"), i, item) held_take(held, item);
	json_array_foreach(items, i, item) held_take_item(held, json_string_value(item));
	if (!items && held->list.n)
		held_add_item(held, VRRP_ITEM_KEY_ALL);
	json_decref(root);
	held_add(held, NULL); /* sorts the lists, whoever wrote the file */
}

static json_t *held_json(const struct held_addr *item)
{
	char text[ADDR_TEXT_MAX];
	json_t *json = json_pack("{s:s, s:s, s:i}", "interface", item->interface, "address",
				 addr_format(&item->addr, text), "prefix_len",
				 (int)item->prefix_len);

	if (item->index)
		json_object_set_new(json, "index", json_integer((json_int_t)item->index));
	if (item->peer.family != AF_UNSPEC)
		json_object_set_new(json, "peer", json_string(addr_format(&item->peer, text)));
	return json;
}

void held_store(const char *run_dir, const struct held *held)
{
	json_t *addresses = json_array(), *items = json_array(), *root;
	struct err err;

	for (size_t i = 0; i < held->list.n; i++)
		json_array_append_new(addresses, held_json(&held->list.items[i]));
	for (size_t i = 0; i < held->items.n; i++)
		json_array_append_new(items, json_string(held->items.items[i]));
	root = json_pack("{s:i, s:o, s:o}", "schema", 1, "addresses", addresses, "items", items);
	if (rundir_json_store(run_dir, RUNDIR_ADDRESSES, root, &err) < 0)
		log_warning("%s; if the vrrp process dies in a reload that removes an address, the "
			    "address may stay",
			    err.text);
}
