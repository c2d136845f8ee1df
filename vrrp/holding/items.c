/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/items.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/schema/schema.h"
#include "vrrp/machine/rule_match.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

void vrrp_items_fini(struct vrrp_items *items)
{
	vec_free(&items->list);
}

/* --- what the kinds differ in --- */

/* The field of the schema that describes lists of the kind. */
static const struct schema_field *list_field(enum vrrp_item_kind kind)
{
	return member_field_of(&schema_vrrp,
			       kind == VRRP_ITEM_ROUTE ? KW_VIRTUAL_ROUTES : KW_VIRTUAL_RULES,
			       CONF_OBJECT_VRRP);
}

bool vrrp_item_is_untracked(enum vrrp_item_kind kind, const void *item)
{
	return kind == VRRP_ITEM_ROUTE ? ((const struct conf_route *)item)->is_untracked
				       : ((const struct conf_rule *)item)->is_untracked;
}

const char *vrrp_item_track_group(enum vrrp_item_kind kind, const void *item)
{
	return kind == VRRP_ITEM_ROUTE ? ((const struct conf_route *)item)->track_group
				       : ((const struct conf_rule *)item)->track_group;
}

/* Must the kernel refuse the item if another one has the same destination? */
static bool is_exclusive(enum vrrp_item_kind kind, const void *item)
{
	return kind == VRRP_ITEM_ROUTE && ((const struct conf_route *)item)->is_exclusive;
}

static uint32_t protocol_of(enum vrrp_item_kind kind, const void *item)
{
	return kind == VRRP_ITEM_ROUTE ? ((const struct conf_route *)item)->protocol
				       : ((const struct conf_rule *)item)->protocol;
}

/* Does the kernel refuse one of the two routes beside the other, if it is exclusive? */
static bool has_destination(const struct conf_route *a, const struct conf_route *b)
{
	struct addr x = a->dst, y = b->dst;

	addr_mask(&x, a->dst_len);
	addr_mask(&y, b->dst_len);
	return a->dst_len == b->dst_len && !addr_cmp(&x, &y) && a->tos == b->tos && a->metric == b->metric &&
	       a->table == b->table && !strcmp(a->vrf, b->vrf);
}

static bool route_is_found(const struct conf_route *wanted, const struct conf_route *found)
{
	uint32_t table = wanted->table ? wanted->table : RT_TABLE_MAIN;
	struct addr dst = wanted->dst;

	/* The kernel drops the bits behind the prefix. */
	addr_mask(&dst, wanted->dst_len);
	return !addr_cmp(&dst, &found->dst) && wanted->dst_len == found->dst_len &&
	       wanted->from_len == found->from_len && table == found->table &&
	       wanted->tos == found->tos && wanted->metric == found->metric &&
	       (wanted->gateway.family != found->gateway.family ||
		!addr_cmp(&wanted->gateway, &found->gateway));
}

static bool is_found(enum vrrp_item_kind kind, const void *wanted, const void *found)
{
	return kind == VRRP_ITEM_ROUTE ? route_is_found(wanted, found)
				       : vrrp_rule_match(wanted, found) == VRRP_RULE_SAME;
}

/* --- want, have, plan --- */

static struct vrrp_item *find_item(struct vrrp_items *items, size_t hint, const void *conf)
{
	const struct schema_field *list = list_field(items->kind);

	if (hint < items->list.n && !member_element_cmp(list, items->list.items[hint].conf, conf))
		return &items->list.items[hint];
	for (size_t i = 0; i < items->list.n; i++)
		if (!member_element_cmp(list, items->list.items[i].conf, conf))
			return &items->list.items[i];
	return NULL;
}

bool vrrp_items_want(const struct vrrp_items *items, enum vrrp_item_kind kind, const void *item)
{
	for (size_t i = 0; items->is_master && items->kind == kind && i < items->list.n; i++)
		if (!member_element_cmp(list_field(kind), items->list.items[i].conf, item))
			return true;
	return false;
}

bool vrrp_items_claim(const struct vrrp_items *items, enum vrrp_item_kind kind, const void *found)
{
	for (size_t i = 0; items->is_master && items->kind == kind && i < items->list.n; i++)
		if (is_found(kind, items->list.items[i].conf, found))
			return true;
	return false;
}

static bool is_somewhere(const struct vrrp_item *item)
{
	return item->is_held || item->place.table;
}

/* Notes which exclusive routes find one of the configuration before in their place, which goes after they are added. */
static void note_replaced(struct vrrp_items *items, const struct vrrp_items *stale)
{
	for (size_t i = 0; i < items->list.n; i++) {
		struct vrrp_item *item = &items->list.items[i];

		if (!is_exclusive(items->kind, item->conf) || is_somewhere(item))
			continue;
		for (size_t j = 0; j < stale->list.n; j++)
			item->replaces |= has_destination(item->conf, stale->list.items[j].conf);
	}
}

void vrrp_items_set(struct vrrp_items *items, enum vrrp_item_kind kind,
		    const struct conf_vrrp *conf, struct vrrp_items *ret_stale)
{
	const struct schema_field *list = list_field(kind);
	size_t n = conf ? member_list_count(list, conf) : 0;
	struct vrrp_items old;

	items->kind = kind;
	old = *items;
	memset(&items->list, 0, sizeof(items->list));
	for (size_t i = 0; i < n; i++) {
		const void *item_conf = member_list_at(list, conf, i);
		struct vrrp_item *item = vec_push(&items->list),
				 *before = find_item(&old, i, item_conf);

		*item = before ? *before : (struct vrrp_item){0};
		item->conf = item_conf;
	}
	*ret_stale = (struct vrrp_items){.kind = kind};
	for (size_t i = 0; i < old.list.n; i++)
		if (is_somewhere(&old.list.items[i]) && !find_item(items, i, old.list.items[i].conf))
			*(struct vrrp_item *)vec_push(&ret_stale->list) = old.list.items[i];
	note_replaced(items, ret_stale);
	vec_free(&old.list);
}

void vrrp_items_replaced(struct vrrp_items *items)
{
	for (size_t i = 0; i < items->list.n; i++)
		items->list.items[i].replaces = false;
}

void vrrp_items_plan_add(const struct vrrp_items *items, struct vrrp_items_plan *ret_plan)
{
	*ret_plan = (struct vrrp_items_plan){0};
	for (size_t i = 0; items->is_master && i < items->list.n; i++)
		if (!items->list.items[i].is_held ||
		    !vrrp_item_is_untracked(items->kind, items->list.items[i].conf))
			*(struct vrrp_item_op *)vec_push(&ret_plan->ops) =
			    (struct vrrp_item_op){.at = i};
}

/* Is the item on the machine? With the keyword `add`, a route that existed before is a refusal, unless this instance
 * had added it: perhaps before its interface had another name for a while. */
static bool is_there(enum vrrp_item_kind kind, const struct vrrp_item *item, int result)
{
	return result == 0 ||
	       (result == -EEXIST && (is_somewhere(item) || !is_exclusive(kind, item->conf)));
}

/* Takes one result. Returns whether the route was lost or refused. */
static bool result_take(enum vrrp_item_kind kind, struct vrrp_item *item, struct vrrp_item_op *op)
{
	bool was_held = item->is_held;

	item->is_held = is_there(kind, item, op->result);
	if (item->is_held) {
		item->place = op->place;
		op->is_loss = was_held && op->result == 0;
		op->is_news = op->is_loss || item->is_said;
		item->refusal = 0;
		item->why[0] = '\0';
		item->is_said = false;
		return op->is_loss;
	}
	op->is_news = (!item->is_said || item->refusal != op->result) && !(item->replaces && op->result == -EEXIST);
	item->refusal = op->result;
	memcpy(item->why, op->why, sizeof(item->why));
	item->is_said |= op->is_news;
	return true;
}

void vrrp_items_added(struct vrrp_items *items, struct vrrp_items_plan *plan, struct mono now)
{
	bool is_trouble = false, is_refused = false;

	for (size_t i = 0; i < plan->ops.n; i++) {
		struct vrrp_item *item = &items->list.items[plan->ops.items[i].at];

		is_trouble |= result_take(items->kind, item, &plan->ops.items[i]);
		is_refused |= !item->is_held;
	}
	vrrp_retry_made(&items->retry, is_trouble, is_refused, now);
}

void vrrp_items_plan_del(struct vrrp_items *items, struct vrrp_items_plan *ret_plan)
{
	*ret_plan = (struct vrrp_items_plan){0};
	for (size_t i = items->list.n; i-- > 0;) {
		struct vrrp_item *item = &items->list.items[i];

		if (is_somewhere(item))
			*(struct vrrp_item_op *)vec_push(&ret_plan->ops) =
			    (struct vrrp_item_op){.at = i, .place = item->place};
		*item = (struct vrrp_item){.conf = item->conf};
	}
	items->retry = (struct vrrp_retry){0};
}

void vrrp_items_recheck(struct vrrp_items *items)
{
	items->retry.is_due |= items->is_master && items->list.n;
}

void vrrp_items_retry_now(struct vrrp_items *items)
{
	vrrp_retry_now(&items->retry);
}

struct mono vrrp_items_wake(const struct vrrp_items *items)
{
	return vrrp_retry_wake(&items->retry);
}

void vrrp_items_protocols(const struct vrrp_items *items, bool is_used[static 256])
{
	for (size_t i = 0; i < items->list.n; i++)
		is_used[protocol_of(items->kind, items->list.items[i].conf) & 255] = true;
}
