/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_take.h"
#include "base/clock.h"
#include "daemon/director/director_state.h"
#include "daemon/director/need.h"
#include "daemon/director/status_json.h"

#include <limits.h>
#include <unistd.h>

/* Reads the table for the status only. k->have, from which plans are made, stays as it is. */
static bool read_table(const struct kernel *k, struct ipvs_state *ret_table)
{
	static const struct ipvs_state nothing;
	struct err err;

	if (k->genl && ipvs_genl_dump(k->genl, ret_table, &err) == 0)
		return true;
	ipvs_state_clear(ret_table);
	*ret_table = nothing;
	return false;
}

static void read_kernel(const struct director *d, const struct ipvs_state *table,
			struct status_kernel *ret_kernel)
{
	const struct kernel *k = &d->kernel;
	struct host_state want = {0};

	*ret_kernel = (struct status_kernel){
	    .owned = &k->owned, .table = table, .formers = &d->host.formers};
	if (!k->genl || !k->is_sync_ours ||
	    ipvs_genl_daemons(k->genl, ret_kernel->daemons, &ret_kernel->n_daemons, NULL) < 0)
		ret_kernel->n_daemons = 0;
	host_read_known(&d->host, d->conf, &want, &ret_kernel->host);
	host_state_clear(&want);
}

json_t *status_take_json(const struct director *d, bool is_with_kernel)
{
	struct ipvs_state table = {0};
	bool is_read = read_table(&d->kernel, &table);
	struct status_kernel in_kernel = {0};
	char host[HOST_NAME_MAX + 1] = "";
	struct status_sources sources = {.config = &d->config,
					       .health = d->health,
					       .kernel = &d->kernel,
					       .host = &d->host,
					       .roles = &d->roles,
					       .tracking = &d->tracking,
					       .paths = &d->paths,
					       .processes = need_of(d->conf).processes,
					       .sync = syncing_status(&d->sync),
					       .pid = (int)getppid(),
					       .host_name = host,
					       .table = is_read ? &table : NULL,
					       .now = loop_now(d->loop),
					       .wall_us = clock_wall_us()};
	struct status status;
	json_t *json;

	gethostname(host, sizeof(host) - 1);
	fifos_list(&d->fifos, &sources.fifos);
	sources.mail = mails_row(&d->mails);
	if (is_with_kernel) {
		read_kernel(d, sources.table, &in_kernel);
		sources.in_kernel = &in_kernel;
	}
	status_make(&sources, &status);
	json = status_json(&status);
	status_fini(&status);
	host_state_clear(&in_kernel.host);
	ipvs_state_clear(&table);
	return json;
}

json_t *status_take_config_json(const struct director *d)
{
	struct status_config config =
	    status_config_make(&d->config, loop_now(d->loop), clock_wall_us());

	return status_config_json(&config);
}
