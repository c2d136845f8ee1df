/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/model/check_track_routes.h"
#include "conf/model/vrrp/build_vmac.h"

/* Compares elements of one array by pointer, so that equal ones keep the order of the file. */
static int by_position(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static const struct conf_vrrp **vrrps_sorted(const struct conf *conf,
					     int (*cmp)(const void *, const void *))
{
	const struct conf_vrrp **list = mem_calloc(conf->n_vrrps, sizeof(*list));

	for (size_t i = 0; i < conf->n_vrrps; i++)
		list[i] = &conf->vrrps[i];
	qsort(list, conf->n_vrrps, sizeof(*list), cmp);
	return list;
}

static int vrrp_name_cmp(const void *left, const void *right)
{
	const struct conf_vrrp *const *a = left, *const *b = right;
	int order = strcmp((*a)->name, (*b)->name);

	return order ? order : by_position(*a, *b);
}

static int vrid_order(const struct conf_vrrp *a, const struct conf_vrrp *b)
{
	if (a->vrid != b->vrid)
		return a->vrid < b->vrid ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return strcmp(a->interface, b->interface);
}

static int vrid_cmp(const void *left, const void *right)
{
	const struct conf_vrrp *const *a = left, *const *b = right;
	int order = vrid_order(*a, *b);

	return order ? order : by_position(*a, *b);
}

static void names_check(struct draft *draft, const struct conf_vrrp **by_name)
{
	for (size_t i = 1, first = 0; i < draft->conf->n_vrrps; i++) {
		if (strcmp(by_name[i]->name, by_name[first]->name)) {
			first = i;
			continue;
		}
		report_ignored(draft->report, &by_name[i]->place, "two instances have the name %s",
			       by_name[i]->name);
		report_note(draft->report, &by_name[first]->place, "first defined here");
		draft->conf->vrrps[by_name[i] - draft->conf->vrrps].is_dropped = true;
	}
}

static void vrids_check(struct draft *draft)
{
	const struct conf_vrrp **list = vrrps_sorted(draft->conf, vrid_cmp);

	for (size_t i = 1, first = 0; i < draft->conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = list[i];

		if (vrid_order(vrrp, list[first])) {
			first = i;
			continue;
		}
		/* Incomplete instances have been reported already. */
		if (!vrrp->vrid || !vrrp->interface[0] || !vrrp->family)
			continue;
		report_error(
		    draft->report,
		    build_place(draft->vrrps[vrrp - draft->conf->vrrps], KW_VIRTUAL_ROUTER_ID),
		    "vrrp_instance %s: virtual_router_id %u is taken on %s by instance %s",
		    vrrp->name, vrrp->vrid, vrrp->interface, list[first]->name);
		report_note(draft->report,
			    build_place(draft->vrrps[list[first] - draft->conf->vrrps],
					KW_VIRTUAL_ROUTER_ID),
			    "first used here");
	}
	free(list);
}

/* Removes the instances that are marked as dropped. */
static void vrrps_drop(struct draft *draft)
{
	struct conf *conf = draft->conf;
	size_t n = 0;

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		if (conf->vrrps[i].is_dropped)
			continue;
		draft->vrrps[n] = draft->vrrps[i];
		conf->vrrps[n++] = conf->vrrps[i];
	}
	conf->n_vrrps = n;
}

struct claim {
	const struct conf_vip *vip;
	const struct conf_vrrp *vrrp;
};

/* Orders claims by address and interface. */
static int claim_order(const struct claim *a, const struct claim *b)
{
	int order = addr_cmp(&a->vip->addr, &b->vip->addr);

	return order ? order : strcmp(a->vip->interface, b->vip->interface);
}

static int claim_cmp(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = claim_order(a, b);

	if (order)
		return order;
	if (a->vrrp != b->vrrp)
		return by_position(a->vrrp, b->vrrp);
	return by_position(a->vip, b->vip);
}

/* Reports an address that two instances have on one interface. keepalived runs both instances. lvsd
 * does too: its vrrp process does not remove an address that another instance still has. */
static void claims_report(struct draft *draft, const struct claim *first, const struct claim *claim)
{
	char text[ADDR_TEXT_MAX];

	addr_format(&claim->vip->addr, text);
	if (first->vrrp == claim->vrrp)
		report_warning(draft->report, &claim->vip->place,
			       "vrrp_instance %s: address %s is given twice, and advertised twice",
			       claim->vrrp->name, text);
	else
		report_warning(
		    draft->report, &claim->vip->place,
		    "vrrp_instance %s: address %s belongs to instance %s too: when the two "
		    "have their masters on different directors, both hold it",
		    claim->vrrp->name, text, first->vrrp->name);
	report_note(draft->report, &first->vip->place, "first given here");
}

/* The first claim to an address that a machine must not have for good; NULL: there is none. The owner
 * of its addresses (priority 255) has them for good. claims are sorted. */
static const struct claim *claim_on(const struct claim *claims, size_t n, const struct conf_vip *fixed)
{
	const struct claim key = {.vip = fixed};
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (claim_order(&claims[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && !claim_order(&claims[low], &key); low++)
		if (claims[low].vrrp->priority != CONF_PRIORITY_OWNER)
			return &claims[low];
	return NULL;
}

/* Reports the static addresses that are virtual ones too, and leaves them out. On another interface, such
 * as lo, the same address makes sense: the backup is a real server of its own. */
static void statics_check(struct draft *draft, const struct claim *claims, size_t n_claims)
{
	struct conf_statics *statics = &draft->conf->statics;
	char text[ADDR_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < statics->n_addresses; i++) {
		const struct conf_vip *fixed = &statics->addresses[i];
		const struct claim *claim = claim_on(claims, n_claims, fixed);

		if (!claim) {
			statics->addresses[n++] = *fixed;
			continue;
		}
		report_ignored(draft->report, &fixed->place,
			       "static_ipaddress: %s on %s is an address of vrrp_instance %s too, so a backup "
			       "would have it as well as the master: remove it here, or write `priority 255` "
			       "in the instance if this machine owns the address",
			       addr_format(&fixed->addr, text), fixed->interface, claim->vrrp->name);
		report_note(draft->report, &claim->vip->place, "the virtual address");
	}
	statics->n_addresses = n;
}

static void vips_check(struct draft *draft)
{
	VEC(struct claim) claims = {0};

	for (size_t i = 0; i < draft->conf->n_vrrps; i++)
		for (size_t k = 0; k < conf_n_held(&draft->conf->vrrps[i]); k++)
			*vec_push(&claims) = (struct claim){conf_held(&draft->conf->vrrps[i], k),
							    &draft->conf->vrrps[i]};
	if (claims.n)
		qsort(claims.items, claims.n, sizeof(struct claim), claim_cmp);
	for (size_t i = 1, first = 0; i < claims.n; i++) {
		if (claim_order(&claims.items[i], &claims.items[first]))
			first = i;
		else
			claims_report(draft, &claims.items[first], &claims.items[i]);
	}
	statics_check(draft, claims.items, claims.n);
	vec_free(&claims);
}

static void sync_instance_check(struct draft *draft, const struct conf_vrrp **by_name)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;
	const struct conf_place *place = build_place(draft->sync_daemon, KW_SYNC_INST);
	size_t low = 0, high = draft->conf->n_vrrps;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(by_name[middle]->name, sync->instance) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == draft->conf->n_vrrps || strcmp(by_name[low]->name, sync->instance)) {
		bool is_id = strspn(sync->instance, "0123456789") == strlen(sync->instance);

		report_ignored(draft->report, place,
			       "lvs_sync_daemon: there is no vrrp_instance %s%s%s%s", sync->instance,
			       is_id ? "; a sync id is written `id " : "",
			       is_id ? sync->instance : "", is_id ? "`" : "");
		sync->instance = "";
		return;
	}
	if (!resolve_child(draft->sync_daemon, KW_SYNC_ID))
		sync->syncid = by_name[low]->vrid;
	report_warning(
	    draft->report, place,
	    "lvs_sync_daemon: an instance here only gives the default syncid (%u is used); "
	    "both roles run on both directors",
	    sync->syncid);
}

static void sync_group_check(struct draft *draft)
{
	struct conf_sync_daemon *sync = &draft->conf->global.sync_daemon;
	char text[ADDR_TEXT_MAX];

	if (sync->group.family == AF_UNSPEC || addr_is_multicast(&sync->group))
		return;
	report_ignored(draft->report, build_place(draft->sync_daemon, KW_SYNC_GROUP),
		       "%s: group %s is not a multicast address", draft->sync ? "sync" : "lvs_sync_daemon",
		       addr_format(&sync->group, text));
	sync->group = (struct addr){0};
}

void check_vrrp(struct draft *draft)
{
	const struct conf_vrrp **by_name = vrrps_sorted(draft->conf, vrrp_name_cmp);

	names_check(draft, by_name);
	/* When an error was reported there is no snapshot. So all instances stay, and each is
	 * checked. */
	if (draft->report->is_lenient) {
		free(by_name);
		vrrps_drop(draft);
		by_name = vrrps_sorted(draft->conf, vrrp_name_cmp);
	}
	vrids_check(draft);
	vips_check(draft);
	build_vmac_names(draft);
	for (size_t i = 0; i < draft->conf->n_vrrps; i++)
		check_instance(draft, i);
	if (draft->sync_daemon && draft->conf->global.sync_daemon.instance[0])
		sync_instance_check(draft, by_name);
	if (draft->sync_daemon)
		sync_group_check(draft);
	check_sync_groups(draft);
	check_track_routes(draft->conf, draft->report);
	free(by_name);
}
