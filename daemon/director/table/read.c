/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the kernel's table into have, from which settle.c plans. The whole table is read at the
 * start, after an error, on request, and if somebody has changed a service of lvsd's. Otherwise the
 * list of the services is read, and their destinations in slices (ipvs/slices.h).
 */
#include "daemon/director/table/kernel.h"
#include "ipvs/slices.h"

static int64_t gap_ns(const struct kernel *k)
{
	return ipvs_slices_gap_ns(k->conf->global.reconcile_interval);
}

static void fresh_put(struct kernel *k, struct ipvs_state *fresh)
{
	ipvs_state_clear(&k->have);
	k->have = *fresh;
	k->is_have_valid = true;
	k->reads.n++;
}

static int read_whole(struct kernel *k, struct err *err)
{
	struct ipvs_state fresh = {0};
	int code = ipvs_genl_dump(k->genl, &fresh, err);

	if (code < 0)
		return code;
	for (size_t i = 0; i < fresh.n_services; i++)
		fresh.services[i].read_at = loop_now(k->loop);
	fresh_put(k, &fresh);
	k->reads.n_whole++;
	k->reads.n_services_read += k->have.n_services;
	return 0;
}

static int read_slice(struct kernel *k, struct ipvs_state *state, struct err *err)
{
	struct ipvs_slice slice = {0};
	int code = 0;

	ipvs_slices_pick(state, loop_now(k->loop), gap_ns(k), &slice);
	for (size_t i = 0; i < slice.at.n && code == 0; i++) {
		struct ipvs_service *service = &state->services[slice.at.items[i]];

		code = ipvs_genl_dests(k->genl, service, err);
		service->read_at = loop_now(k->loop);
	}
	k->reads.n_services_read += slice.at.n;
	ipvs_slice_free(&slice);
	return code;
}

static int read_in_part(struct kernel *k, struct err *err)
{
	struct ipvs_state fresh = {0};
	bool is_changed;
	int code = ipvs_genl_services(k->genl, &fresh, err);

	if (code < 0)
		return code;
	is_changed = ipvs_slices_inherit(&fresh, &k->have, &k->owned);
	if (!is_changed)
		code = read_slice(k, &fresh, err);
	if (code < 0 || is_changed) {
		/* The former picture has given its destinations to this one, so nothing of it can
		 * be used any more. */
		ipvs_state_clear(&fresh);
		return code < 0 ? code : read_whole(k, err);
	}
	fresh_put(k, &fresh);
	return 0;
}

int kernel_read(struct kernel *k, struct err *err)
{
	bool is_whole = !k->is_have_valid || k->is_whole_read_due;
	int code;

	k->recon.gap_ns = gap_ns(k);
	k->read_due = mono_add_ns(loop_now(k->loop), k->recon.gap_ns);
	k->is_whole_read_due = false;
	code = is_whole ? read_whole(k, err) : read_in_part(k, err);
	/* The next run then reads the table before it plans, and treats the wanted table as
	 * changed. */
	if (code < 0)
		k->is_have_valid = false;
	return code;
}
