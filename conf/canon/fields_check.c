/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/kind.h"

#include <stdlib.h>

/* Counts and intervals of which 0 says that the file does not have them: the text has what is in effect then,
 * as "1 (default)" or "60 (delay_loop)". For free(). */
static char *pace_text(enum schema_id id, const struct conf_check *check)
{
	struct out out;

	out_init(&out, NULL, NULL);
	if (id == KW_CHECK_RISE) {
		out_number(&out, check->rise ? check->rise : 1);
		out_text(&out, check->rise ? "" : " (default)");
	} else if (id == KW_CHECK_DOWN_INTERVAL) {
		out_seconds(&out, check->down_us ? check->down_us : check->delay_loop_us);
		out_text(&out, check->down_us ? "" : " (delay_loop)");
	} else if (check->fast_us) {
		out_seconds(&out, check->fast_us);
	}
	return out_take(&out);
}

static void pace_compare(struct out *out, const struct schema_keyword *row, const struct conf_check *older,
			 const struct conf_check *newer)
{
	char *a = pace_text(row->id, older), *b = pace_text(row->id, newer);

	field_text(out, row->name, a, b);
	free(a);
	free(b);
}

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
	case KW_CHECK_RISE:
	case KW_CHECK_DOWN_INTERVAL:
	case KW_CHECK_FAST_INTERVAL:
		pace_compare(&fields->out, row, older, newer);
		return true;
	default:
		return rules->compare && rules->compare(fields, row, older, newer);
	}
}

void fields_check(struct fields *fields, const struct conf_check *older,
		  const struct conf_check *newer)
{
	fields_walk(fields, conf_kinds[newer->type].block, older, newer, check_rule);
}
