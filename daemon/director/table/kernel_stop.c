/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes from the kernel what is to go when lvsd stops. By default the table stays, so that a
 * restart cuts no connection. */
#include "base/log.h"
#include "base/plural.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"
#include "ipvs/plan.h"
#include "ipvs/want.h"

#include <stdlib.h>

/* The keys of the services that are removed: all of the table, or lvsd's own. */
static const struct ipvs_owned *going(const struct kernel *k, const struct ipvs_state *have,
				      struct ipvs_owned *all)
{
	if (k->conf->global.flush_on_stop == CONF_FLUSH_OWN)
		return &k->owned;
	ipvs_owned_claim(all, have);
	return all;
}

static int owned_flush(struct kernel *k, struct err *err)
{
	const struct ipvs_state nothing = {0};
	struct ipvs_state have = {0};
	struct ipvs_owned all = {0};
	struct ipvs_plan plan = {0};
	const struct ipvs_owned *keys;
	int code = ipvs_genl_dump(k->genl, &have, err);

	if (code < 0)
		return code;
	keys = going(k, &have, &all);
	ipvs_plan(&nothing, &have, keys->keys.items, keys->keys.n, &plan);
	code = ipvs_genl_apply(k->genl, &plan, NULL, err);
	if (code == 0) {
		log_notice("kernel: lvs_flush_on_stop: %zu service%s deleted", plan.ops.n,
			   plural(plan.ops.n));
		ipvs_owned_trim(&k->owned, &nothing, &nothing);
		owned_store(k);
	}
	ipvs_plan_free(&plan);
	ipvs_owned_free(&all);
	ipvs_state_clear(&have);
	return code;
}

/* Services for checks with through_vip serve nobody without lvsd. */
static void passages_remove(struct kernel *k)
{
	struct ipvs_state passages = {0};
	const struct ipvs_state nothing = {0};
	struct ipvs_owned keys = {0};
	struct ipvs_plan plan = {0};
	struct err err;

	ipvs_want_passages(k->conf, &passages);
	ipvs_state_sort(&passages);
	ipvs_owned_claim(&keys, &passages);
	ipvs_plan(&nothing, &k->have, keys.keys.items, keys.keys.n, &plan);
	if (plan.ops.n && ipvs_genl_apply(k->genl, &plan, NULL, &err) != 0)
		log_warning("kernel: the services for through_vip stay: %s", err.text);
	else if (plan.ops.n)
		log_info("kernel: %zu service%s for through_vip deleted", plan.ops.n, plural(plan.ops.n));
	ipvs_plan_free(&plan);
	ipvs_owned_free(&keys);
	ipvs_state_clear(&passages);
}

void kernel_stop(struct kernel *k)
{
	struct err err;

	timeouts_restore(k);
	if (!k->genl)
		return;
	if (k->conf->global.flush_on_stop == CONF_FLUSH_NONE) {
		passages_remove(k);
		return;
	}
	if (owned_flush(k, &err) != 0)
		log_error("kernel: lvs_flush_on_stop: %s", err.text);
}
