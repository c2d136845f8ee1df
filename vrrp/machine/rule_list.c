/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/rule_list.h"
#include "vrrp/machine/rule_match.h"
#include "vrrp/machine/rule_message.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

void vrrp_rule_list_clear(struct vrrp_rule_list *list)
{
	for (size_t i = 0; i < list->rules.n; i++)
		nlmsg_free(list->rules.items[i].message);
	vec_free(&list->rules);
	vec_free(&list->similar);
	*list = (struct vrrp_rule_list){0};
}

void vrrp_rule_list_take(struct vrrp_rule_list *list, struct nl_msg *message)
{
	struct vrrp_listed_rule listed = {.message = message};

	if (nlmsg_hdr(message)->nlmsg_type != RTM_NEWRULE ||
	    !vrrp_rule_read(nlmsg_hdr(message), &listed.rule))
		return;
	nlmsg_get(message);
	*(struct vrrp_listed_rule *)vec_push(&list->rules) = listed;
}

/* The kernel compares the preference first, and so does this: it is the cheapest. */
void vrrp_rule_list_search(struct vrrp_rule_list *list, const struct conf_rule *rule)
{
	list->is_there = false;
	list->similar.n = 0;
	for (size_t i = 0; i < list->rules.n && !list->is_there; i++) {
		const struct conf_rule *found = &list->rules.items[i].rule;
		enum vrrp_rule_match match;

		if (rule->preference && found->preference != rule->preference)
			continue;
		match = vrrp_rule_match(rule, found);
		list->is_there = match == VRRP_RULE_SAME;
		list->there_at = i;
		if (match == VRRP_RULE_SIMILAR)
			*(size_t *)vec_push(&list->similar) = i;
	}
}

static void move_behind_its_preference(struct vrrp_rule_list *list, size_t from)
{
	const struct vrrp_listed_rule moved = list->rules.items[from];

	for (; from + 1 < list->rules.n &&
	       list->rules.items[from + 1].rule.preference <= moved.rule.preference;
	     from++)
		list->rules.items[from] = list->rules.items[from + 1];
	list->rules.items[from] = moved;
}

/* The similar ones come before the rule. When one moves behind it, the following ones move forward. */
void vrrp_rule_list_removed(struct vrrp_rule_list *list)
{
	size_t n_similar = list->similar.n, n = 0;

	nlmsg_free(list->rules.items[list->there_at].message);
	for (size_t i = 0; i < list->rules.n; i++)
		if (i != list->there_at)
			list->rules.items[n++] = list->rules.items[i];
	list->rules.n = n;
	for (size_t i = 0; i < n_similar; i++)
		move_behind_its_preference(list, list->similar.items[i] - i);
	list->similar.n = 0;
	list->is_there = false;
}
