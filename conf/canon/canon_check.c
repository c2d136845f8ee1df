/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon_fields.h"
#include "conf/kind.h"

static void connect_port_write(const struct conf_check *check, uint16_t inherited,
			       struct lines *lines)
{
	if (!check->target.port)
		return;
	lines_begin(lines, KW_CHECK_CONNECT_PORT);
	out_number(lines->out, check->target.port);
	lines_end(lines, check->target.port == inherited);
}

/* Has the check another value in place of this one, which the file could not have beside it? */
static bool is_replaced(const struct schema_keyword *row, const struct conf_check *check)
{
	const struct schema_field *field = &row->fields[0];

	return check->fast_us && field->object == CONF_OBJECT_CHECK &&
	       field->offset == offsetof(struct conf_check, delay_before_retry_us);
}

static bool check_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		       const void *arg)
{
	const struct canon_check *around = arg;
	const struct conf_check *check = around->check;
	const struct conf_kind_rules *rules = conf_kinds[check->type].rules;

	(void)part;
	if (is_replaced(row, check))
		return true;
	switch (row->id) {
	case KW_CHECK_CONNECT_IP:
		lines_addr(lines, row->id, &check->target.addr,
			   !addr_cmp(&check->target.addr, &around->rs->ep.addr));
		return true;
	case KW_CHECK_CONNECT_PORT:
		connect_port_write(check, conf_server_check_port(around->rs), lines);
		return true;
	case KW_CHECK_FWMARK:
		return check->is_through_vip; /* no value of the file */
	default:
		return rules->write && rules->write(lines, row, around);
	}
}

void canon_write_check(const struct canon_check *check, struct lines *lines)
{
	const struct conf_kind *kind = &conf_kinds[check->check->type];

	lines_open(lines, kind->keyword, "");
	canon_fields(lines, check->part, kind->block, check->check, check_rule, check);
	lines_close(lines);
}
