/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/status_take.h"
#include "base/clock.h"
#include "daemon/director/director_state.h"
#include "daemon/director/status_json.h"
#include "daemon/director/status_kernel.h"

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

static json_t *kernel_json(const struct director *d, const struct status *status,
			   const struct ipvs_state *table)
{
	struct status_kernel kernel = {
	    .owned = &d->kernel.owned, .table = table, .formers = &d->host.formers};
	struct host_state want = {0};
	json_t *json;

	if (!d->kernel.genl || !d->kernel.is_sync_ours ||
	    ipvs_genl_daemons(d->kernel.genl, kernel.daemons, &kernel.n_daemons, NULL) < 0)
		kernel.n_daemons = 0;
	host_look_known(&d->host, d->conf, &want, &kernel.host);
	json = status_kernel_json(status, &kernel);
	host_state_clear(&want);
	host_state_clear(&kernel.host);
	return json;
}

static json_t *fifos_json(const struct fifos *fifos)
{
	json_t *list = json_array();

	for (size_t i = 0; i < SCRIPT_FIFOS; i++) {
		const struct fifo *fifo = &fifos->each[i];

		if (fifo->conf)
			json_array_append_new(
			    list, json_pack("{s:s, s:s, s:b, s:s?, s:I}", "keyword",
					    fifos_keyword((enum fifo_name)i), "path",
					    fifo->conf->argv[0], "open", fifo->fd >= 0, "refused",
					    fifo->refusal[0] ? fifo->refusal : NULL, "lines_lost",
					    (json_int_t)fifo->n_lost));
	}
	return list;
}

json_t *status_take_json(const struct director *d, bool is_with_kernel)
{
	struct ipvs_state table = {0};
	bool is_read = read_table(&d->kernel, &table);
	const struct status_sources sources = {.config = &d->config,
					       .health = d->health,
					       .kernel = &d->kernel,
					       .host = &d->host,
					       .roles = &d->roles,
					       .tracking = &d->tracking,
					       .paths = &d->paths,
					       .is_check_needed = d->checks.is_needed,
					       .is_script_needed = d->scripts.is_needed,
					       .table = is_read ? &table : NULL,
					       .now = loop_now(d->loop),
					       .wall_us = clock_wall_us()};
	struct status status;
	json_t *json;

	status_make(&sources, &status);
	json = status_json(&status);
	json_object_set_new(json, "sync", syncing_json(&d->sync));
	json_object_set_new(json, "fifos", fifos_json(&d->fifos));
	if (is_with_kernel)
		json_object_set_new(json, "kernel", kernel_json(d, &status, sources.table));
	status_fini(&status);
	ipvs_state_clear(&table);
	return json;
}

json_t *status_take_config_json(const struct director *d)
{
	struct status_config config =
	    status_config_make(&d->config, loop_now(d->loop), clock_wall_us());

	return status_config_json(&config);
}
