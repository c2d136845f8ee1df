/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds what a predecessor has left in the kernel, by its files in the run dir. Even if the
 * configuration does not need IPVS any more, IPVS is opened then, so that the first run removes
 * what lvsd owns.
 */
#include "base/log.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"

#include <errno.h>

static bool has_left(const struct kernel *k)
{
	return k->owned.keys.n || k->drains.set.entries.n || k->is_sync_ours ||
	       !ipvs_timeouts_are_zero(&k->former_timeouts);
}

/* The kernel's IPVS module was unloaded meanwhile, and with it the whole table. */
static void predecessor_forget(struct kernel *k)
{
	ipvs_owned_free(&k->owned);
	k->is_sync_ours = false;
	owned_store(k);
	if (k->drains.set.entries.n) {
		vec_clear(&k->drains.set.entries);
		drains_store(k);
	}
	if (!ipvs_timeouts_are_zero(&k->former_timeouts)) {
		k->former_timeouts = (struct ipvs_timeouts){0};
		timeouts_keep(k);
	}
}

void kernel_load(struct kernel *k)
{
	struct err err;
	int code;

	owned_read(k->run_dir, &k->owned, &k->is_sync_ours);
	drains_read(k->run_dir, &k->drains);
	k->former_timeouts = timeouts_read_former(k->run_dir);
	if (!has_left(k))
		return;
	code = kernel_open(k, &err);
	if (code == -ENOENT)
		predecessor_forget(k);
	else if (code < 0)
		log_error("the services that an earlier lvsd left in the kernel's IPVS table stay "
			  "there: %s",
			  err.text);
}
