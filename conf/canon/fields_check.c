/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/kind.h"


static bool check_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
		       const void *right)
{
	const struct conf_check *older = left, *newer = right;
	const struct conf_kind_rules *rules = conf_kinds[newer->type].rules;

	switch (row->id) {
	case KW_CHECK_CONNECT_PORT:
		if (addr_cmp(&older->target.addr, &newer->target.addr))
			return true; /* reported with the address */
		/* fall through */
	case KW_CHECK_CONNECT_IP:
		field_endpoint(&fields->out, "target", &older->target, &newer->target);
		return true;
	case KW_CHECK_BIND_PORT:
		if (addr_cmp(&older->bind.addr, &newer->bind.addr))
			return true;
		/* fall through */
	case KW_CHECK_BINDTO:
		field_endpoint(&fields->out, "bind", &older->bind, &newer->bind);
		return true;
	case KW_CHECK_FWMARK:
		return older->is_through_vip || newer->is_through_vip; /* lvsd's own choice */
	default:
		return rules->compare && rules->compare(fields, row, older, newer);
	}
}

void fields_check(struct fields *fields, const struct conf_check *older,
		  const struct conf_check *newer)
{
	fields_walk(fields, conf_kinds[newer->type].block, older, newer, check_rule);
}
