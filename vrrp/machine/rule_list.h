/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's rules of one family, in its order, as they were read. What lvsd removes afterwards is
 * followed here, so that a series of removals needs one reading. No I/O.
 */
#ifndef LVSD_VRRP_MACHINE_RULE_LIST_H
#define LVSD_VRRP_MACHINE_RULE_LIST_H

#include "base/vec.h"
#include "conf/conf.h"

#include <stdbool.h>

struct nl_msg;

struct vrrp_listed_rule {
	struct nl_msg *message; /* holds the texts of the rule */
	struct conf_rule rule;
};

/* Begins as {0}; vrrp_rule_list_clear() frees what it has. */
struct vrrp_rule_list {
	bool is_read; /* it is as the kernel has it now */
	VEC(struct vrrp_listed_rule) rules;
	/* The last search. */
	bool is_there; /* the rule that was asked for is there, at this index */
	size_t there_at;
	VEC(size_t) similar; /* what the kernel takes for it, because it comes first */
};

void vrrp_rule_list_clear(struct vrrp_rule_list *list);
/* Appends the rule of an answer, RTM_NEWRULE; other messages are ignored. Keeps a reference. */
void vrrp_rule_list_take(struct vrrp_rule_list *list, struct nl_msg *message);
/* Looks for a rule, and for those before it that vrrp_rule_match() calls similar. */
void vrrp_rule_list_search(struct vrrp_rule_list *list, const struct conf_rule *rule);
/* The rule that was found was removed. Its similar ones, if it had any, were added anew before that, so
 * the kernel has them behind all rules of their preference now. */
void vrrp_rule_list_removed(struct vrrp_rule_list *list);

#endif
