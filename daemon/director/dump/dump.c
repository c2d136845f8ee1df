/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/dump/dump.h"

char *dump_print(enum dump_kind kind, const struct status *status)
{
	struct out out;

	out_init(&out, NULL, NULL);
	if (kind == DUMP_STATE)
		dump_state_print(status, &out);
	else if (kind == DUMP_STATS)
		dump_stats_print(status, &out);
	else
		dump_json_print(status, &out);
	return out_take(&out);
}
