/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/vips_link.h"
#include "base/log.h"
#include "base/mem.h"

#include <linux/if_addr.h>
#include <stdlib.h>

/* What the machine shows of each address, for vrrp_vips_plan() and the like. Free it with free().
 */
static struct vrrp_vip_have *vips_read(const struct vrrp_vips *vips, const struct vrrp_link *link)
{
	struct vrrp_vip_have *have = mem_calloc(vips->list.n, sizeof(*have));

	for (size_t i = 0; i < vips->list.n; i++) {
		const struct conf_vip *conf = vips->list.items[i].conf;
		const struct vrrp_link_if *interface =
		    vrrp_link_by_name(link, conf_vip_holder(conf));
		unsigned index = vips->list.items[i].index;
		enum vrrp_link_dad dad;

		if (index && index != (interface ? interface->index : 0) &&
		    vrrp_link_has_addr(link, index, &conf->addr))
			have[i].left = index;
		if (!interface)
			continue;
		dad = vrrp_link_dad(link, interface->index, &conf->addr);
		have[i].index = interface->index;
		have[i].is_up = interface->is_up;
		have[i].is_there = vrrp_link_has_addr(link, interface->index, &conf->addr);
		have[i].is_probing = dad == VRRP_LINK_DAD_RUNNING;
		have[i].is_duplicate = dad == VRRP_LINK_DAD_FAILED;
		have[i].is_other = have[i].is_there &&
				   !vrrp_link_has_entry(link, interface->index, &conf->addr,
							conf_vip_len(conf), &conf->peer);
	}
	return have;
}

static uint32_t flags_of(const struct conf_vip *conf)
{
	uint32_t flags = 0;

	/* A takeover does not wait for duplicate address detection. */
	if (conf->addr.family == AF_INET6 && !conf->is_probed)
		flags |= IFA_F_NODAD;
	if (conf->is_home)
		flags |= IFA_F_HOMEADDRESS;
	if (conf->is_managing_temporary)
		flags |= IFA_F_MANAGETEMPADDR;
	if (conf->is_without_route)
		flags |= IFA_F_NOPREFIXROUTE;
	if (conf->is_joining && addr_is_multicast(&conf->addr)) /* the kernel refuses others */
		flags |= IFA_F_MCAUTOJOIN;
	return flags;
}

/* An IPv6 address of a host alone is deprecated, so that the kernel does not choose it as a source
 * for others. */
static uint32_t preferred_lft_of(const struct conf_vip *conf)
{
	bool is_host = conf->addr.family == AF_INET6 && conf_vip_len(conf) == 128;

	if (!conf->preferred_lft)
		return is_host ? 0 : UINT32_MAX;
	return conf->preferred_lft == CONF_LIFETIME_NONE ? 0 : (uint32_t)conf->preferred_lft;
}

static struct vrrp_link_change change_of(const struct vrrp_vips *vips, const struct vrrp_vip_op *op)
{
	const struct conf_vip *conf = vips->list.items[op->at].conf;

	return (struct vrrp_link_change){.index = op->index,
					 .addr = conf->addr,
					 .prefix_len = conf_vip_len(conf),
					 .peer = conf->peer,
					 .scope = conf->scope,
					 .label = conf->label,
					 .broadcast = conf->broadcast,
					 .flags = flags_of(conf),
					 .preferred_lft = preferred_lft_of(conf)};
}

/* Carries out the ops of a kind. */
static void ops_carry_out(const struct vrrp_vips *vips, struct vrrp_link *link, struct vrrp_vips_plan *plan,
			  enum vrrp_vip_op_kind kind)
{
	VEC(struct vrrp_link_change) changes = {0};
	size_t n = 0;

	for (size_t i = 0; i < plan->ops.n; i++)
		if (plan->ops.items[i].index && plan->ops.items[i].kind == kind)
			*(struct vrrp_link_change *)vec_push(&changes) =
			    change_of(vips, &plan->ops.items[i]);
	if (changes.n && kind == VRRP_VIP_ADD)
		vrrp_link_add_addrs(link, changes.items, changes.n);
	else if (changes.n)
		vrrp_link_del_addrs(link, changes.items, changes.n);
	for (size_t i = 0; i < plan->ops.n; i++)
		if (plan->ops.items[i].index && plan->ops.items[i].kind == kind)
			plan->ops.items[i].result = changes.items[n++].result;
	vec_free(&changes);
}

static void say_vip_failure(const struct vrrp_vip_op *op, const struct conf_vip *conf, const char *instance)
{
	char text[ADDR_TEXT_MAX];

	log_error("vrrp=%s address %s/%u cannot be %s %s: %s", instance, addr_format(&conf->addr, text),
		  conf->prefix_len, op->kind == VRRP_VIP_ADD ? "added to" : "removed from",
		  conf_vip_holder(conf), err_errno(op->result));
}

/* One line for all addresses of an interface. */
static void say_left(const struct vrrp_vips *vips, const char *instance, const struct vrrp_vips_plan *plan,
		     const struct vrrp_vip_have *have)
{
	const struct vrrp_vip_op *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < plan->ops.n; i++) {
		const struct vrrp_vip_op *op = &plan->ops.items[i];

		if (op->kind != VRRP_VIP_DEL || op->index != have[op->at].left || op->result != 0)
			continue;
		last = op;
		n++;
	}
	if (last)
		log_notice("vrrp=%s removed %zu address%s from the interface that was %s when lvsd added "
			   "them, and that was renamed (index %u)",
			   instance, n, n == 1 ? "" : "es",
			   conf_vip_holder(vips->list.items[last->at].conf), last->index);
}

void vrrp_vips_link_apply(struct vrrp_vips *vips, struct vrrp_link *link, const char *instance,
			  const struct addr *keep, bool is_quiet)
{
	struct vrrp_vip_have *have = vips_read(vips, link);
	struct vrrp_vips_plan plan;

	vrrp_vips_plan(vips, have, keep, &plan);
	ops_carry_out(vips, link, &plan, VRRP_VIP_DEL);
	ops_carry_out(vips, link, &plan, VRRP_VIP_ADD);
	vrrp_vips_applied(vips, have, &plan);
	for (size_t i = 0; !is_quiet && i < plan.ops.n; i++)
		if (plan.ops.items[i].is_failure)
			say_vip_failure(&plan.ops.items[i], vips->list.items[plan.ops.items[i].at].conf, instance);
	say_left(vips, instance, &plan, have);
	vec_free(&plan.ops);
	free(have);
}

struct vrrp_vips_strays vrrp_vips_link_strays(const struct vrrp_vips *vips, const struct vrrp_link *link,
					      const struct addr *keep)
{
	struct vrrp_vip_have *have = vips_read(vips, link);
	struct vrrp_vips_strays strays = vrrp_vips_strays(vips, have, keep);

	free(have);
	return strays;
}

static enum vrrp_link_dad dad_of(const struct conf_vip *conf, const struct vrrp_link *link)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(link, conf_vip_holder(conf));

	return interface ? vrrp_link_dad(link, interface->index, &conf->addr) : VRRP_LINK_DAD_OVER;
}

bool vrrp_vips_link_is_in_use(const struct vrrp_vip *vip, const struct vrrp_link *link)
{
	enum vrrp_link_dad dad = dad_of(vip->conf, link);

	return vrrp_vip_is_in_use(vip, &(struct vrrp_vip_have){.is_probing = dad == VRRP_LINK_DAD_RUNNING,
							       .is_duplicate = dad == VRRP_LINK_DAD_FAILED});
}

const struct conf_vip *vrrp_vips_link_duplicate(const struct vrrp_vips *vips, const struct vrrp_link *link)
{
	for (size_t i = 0; i < vips->list.n; i++)
		if (dad_of(vips->list.items[i].conf, link) == VRRP_LINK_DAD_FAILED &&
		    vrrp_vips_link_is_in_use(&vips->list.items[i], link))
			return vips->list.items[i].conf;
	return NULL;
}

static const struct vrrp_vip *find_missing(const struct vrrp_vips *vips, const struct vrrp_link *link)
{
	for (size_t i = 0; i < vips->list.n; i++) {
		const struct conf_vip *conf = vips->list.items[i].conf;
		const struct vrrp_link_if *interface =
		    vrrp_link_by_name(link, conf_vip_holder(conf));

		if (!conf->is_untracked &&
		    (!interface || !vrrp_link_has_addr(link, interface->index, &conf->addr)))
			return &vips->list.items[i];
	}
	return NULL;
}

const struct conf_vip *vrrp_vips_link_first_missing(const struct vrrp_vips *vips,
						    const struct vrrp_link *link)
{
	const struct vrrp_vip *missing = find_missing(vips, link);

	return missing ? missing->conf : NULL;
}

bool vrrp_vips_link_lost_interface(const struct vrrp_vips *vips, const struct vrrp_link *link)
{
	const struct vrrp_vip *missing = find_missing(vips, link);
	const struct vrrp_link_if *interface =
	    missing ? vrrp_link_by_name(link, conf_vip_holder(missing->conf)) : NULL;

	return interface && missing->index && missing->index != interface->index;
}

const struct conf_vip *vrrp_vips_link_lost(const struct vrrp_vips *vips, const struct vrrp_link *link)
{
	struct vrrp_vip_have *have = vips_read(vips, link);
	const struct conf_vip *lost = NULL;

	for (size_t i = 0; i < vips->list.n && !lost; i++)
		if (vips->list.items[i].state == VRRP_VIP_HELD && !have[i].is_there &&
		    !vips->list.items[i].conf->is_untracked)
			lost = vips->list.items[i].conf;
	free(have);
	return lost;
}

enum vrrp_vips_missing vrrp_vips_link_missing(const struct vrrp_vips *vips,
					      const struct vrrp_link *link)
{
	struct vrrp_vip_have *have = vips_read(vips, link);
	enum vrrp_vips_missing missing = vrrp_vips_missing(vips, have);

	free(have);
	return missing;
}

size_t vrrp_vips_link_adopt(struct vrrp_vips *vips, const struct vrrp_link *link)
{
	struct vrrp_vip_have *have = vips_read(vips, link);
	size_t n = vrrp_vips_adopt(vips, have);

	free(have);
	return n;
}

void vrrp_vips_link_say_outdated(struct vrrp_vips *vips, const char *instance)
{
	for (size_t i = 0; i < vips->list.n; i++) {
		struct vrrp_vip *vip = &vips->list.items[i];
		char text[ADDR_TEXT_MAX];

		if (vip->is_outdated)
			log_notice("vrrp=%s address %s/%u: its new options (label, scope, "
				   "broadcast, ...) take effect when the address is added next "
				   "time",
				   instance, addr_format(&vip->conf->addr, text),
				   vip->conf->prefix_len);
		vip->is_outdated = false;
	}
}
