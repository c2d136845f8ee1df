/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/rule_match.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/schema/schema.h"

struct rules {
	const struct conf_rule *asked, *found;
};

/* The kernel does not look at `not` and at where a goto leads. */
static int field_differs(void *arg, const struct schema_keyword *row,
			 const struct schema_field *field)
{
	const struct rules *rules = arg;

	return row->id != KW_RULE_NOT && row->id != KW_RULE_GOTO &&
	       !member_is_empty(field, rules->asked) &&
	       member_cmp(field, rules->asked, rules->found) != 0;
}

enum vrrp_rule_match vrrp_rule_match(const struct conf_rule *asked, const struct conf_rule *found)
{
	const struct schema_field *list =
	    member_field_of(&schema_vrrp, KW_VIRTUAL_RULES, CONF_OBJECT_VRRP);
	struct conf_rule same = *found;

	/* The kernel does not have these. */
	same.is_untracked = asked->is_untracked;
	same.track_group = asked->track_group;
	if (!member_element_cmp(list, asked, &same))
		return VRRP_RULE_SAME;
	return member_list_fields(list, field_differs, &(struct rules){asked, &same})
		   ? VRRP_RULE_OTHER
		   : VRRP_RULE_SIMILAR;
}
