/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/machine_filter.h"
#include "base/program.h"
#include "conf/text/report.h"
#include "host/nft.h"

#include <errno.h>
#include <stdlib.h>

void machine_judge_filter(const struct conf *conf, struct diags *diags)
{
	struct host_filter have = {0};
	struct report report;
	struct err err;
	char *restore;
	size_t i = 0;

	while (conf && i < conf->n_vrrps && !conf->vrrps[i].is_refusing)
		i++;
	if (!conf || i == conf->n_vrrps)
		return;
	report_init(&report, diags, diags->map);
	restore = program_find(PROGRAM_PATH, "iptables-restore");
	if (host_nft_read(HOST_FILTER_TABLE, &have, &err) == -EOPNOTSUPP && !restore)
		report_warning(
		    &report, &conf->vrrps[i].interface_place,
		    "vrrp_instance %s: no_accept has no effect on this machine, which "
		    "takes what is sent to the virtual addresses: %s, and iptables is not "
		    "installed",
		    conf->vrrps[i].name, err.text);
	free(restore);
	host_filter_clear(&have);
	diags_sort(diags);
}
