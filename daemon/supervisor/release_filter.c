/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/release_filter.h"
#include "base/log.h"
#include "host/nft.h"

#include <errno.h>

int release_filter(const char *table, struct err *err)
{
	struct host_filter have = {0}, none = {0};
	struct host_filter_plan plan = {0};
	int code = host_nft_read(table, &have, err);

	if (code == -EOPNOTSUPP)
		return 0;
	if (code == 0)
		host_filter_plan(&none, &have, &plan);
	if (code == 0 && plan.step == HOST_FILTER_REMOVE) {
		code = host_nft_apply(table, &plan, &(struct conf_global){0}, err);
		if (code == 0)
			code = 1;
	}
	host_filter_plan_free(&plan);
	host_filter_clear(&have);
	return code;
}

void release_filter_of(const char *real_run_dir)
{
	char table[HOST_FILTER_TABLE_MAX];
	struct err err;
	int code = release_filter(host_filter_table(real_run_dir, table), &err);

	if (code > 0)
		log_notice("removed the nftables table of no_accept, inet %s", table);
	else if (code < 0)
		log_error("the nftables table of no_accept, inet %s, may be left, which drops what is sent to the "
			  "addresses: %s; `lvsd --release-addresses` removes it",
			  table, err.text);
}
