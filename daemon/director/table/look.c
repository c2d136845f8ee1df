/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the kernel's table into the picture that settle.c plans from. The whole of it at start, after
 * an error, on request and when somebody has changed a service of ours; in between a list of the
 * services, and the destinations in slices (ipvs/slices.h).
 */
#include "daemon/director/director_state.h"
#include "ipvs/slices.h"

static int64_t gap_ns(const struct director *d)
{
	return ipvs_slices_gap_ns(d->conf->global.reconcile_interval);
}

static void put(struct kernel *k, struct ipvs_state *fresh)
{
	ipvs_state_clear(&k->have);
	k->have = *fresh;
	k->is_have_valid = true;
	k->looks.n++;
}

static int look_whole(struct director *d, struct err *err)
{
	struct kernel *k = &d->kernel;
	struct ipvs_state fresh = {0};
	int code = ipvs_genl_dump(k->genl, &fresh, err);

	if (code < 0)
		return code;
	for (size_t i = 0; i < fresh.n_services; i++)
		fresh.services[i].read_at = loop_now(d->loop);
	put(k, &fresh);
	k->looks.n_whole++;
	k->looks.n_services_read += k->have.n_services;
	return 0;
}

static int read_slice(struct director *d, struct ipvs_state *state, struct err *err)
{
	struct ipvs_slice slice = {0};
	int code = 0;

	ipvs_slices_pick(state, loop_now(d->loop), gap_ns(d), &slice);
	for (size_t i = 0; i < slice.at.n && code == 0; i++) {
		struct ipvs_service *service = &state->services[slice.at.items[i]];

		code = ipvs_genl_dests(d->kernel.genl, service, err);
		service->read_at = loop_now(d->loop);
	}
	d->kernel.looks.n_services_read += slice.at.n;
	ipvs_slice_free(&slice);
	return code;
}

static int look_in_part(struct director *d, struct err *err)
{
	struct kernel *k = &d->kernel;
	struct ipvs_state fresh = {0};
	bool is_changed;
	int code = ipvs_genl_services(k->genl, &fresh, err);

	if (code < 0)
		return code;
	is_changed = ipvs_slices_inherit(&fresh, &k->have, &k->owned);
	if (!is_changed)
		code = read_slice(d, &fresh, err);
	if (code < 0 || is_changed) {
		/* The picture of before has given its destinations away: take no part of it. */
		ipvs_state_clear(&fresh);
		return code < 0 ? code : look_whole(d, err);
	}
	put(k, &fresh);
	return 0;
}

int kernel_look(struct director *d, struct err *err)
{
	struct kernel *k = &d->kernel;
	bool is_whole = !k->is_have_valid || k->is_whole_look_due;
	int code;

	k->recon.gap_ns = gap_ns(d);
	k->look_due = mono_add_ns(loop_now(d->loop), k->recon.gap_ns);
	k->is_whole_look_due = false;
	code = is_whole ? look_whole(d, err) : look_in_part(d, err);
	/* The next run reads again before it plans, and takes the wish for one that has changed. */
	if (code < 0)
		k->is_have_valid = false;
	return code;
}
