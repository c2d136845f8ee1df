/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/instance.h"
#include "base/hash.h"
#include "base/mem.h"
#include "vrrp/advert.h"
#include "vrrp/holding/vmacs.h"
#include "vrrp/same.h"
#include "vrrp/holding/taps.h"
#include "vrrp/vips_link.h"
#include "vrrp/worker.h"

#include <stdlib.h>

/* --- configuration --- */

static void stale_free(struct vrrp_stale *stale)
{
	if (!stale)
		return;
	vrrp_vips_fini(&stale->vips);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_fini(&stale->items[i]);
	arena_free(stale->arena);
	free(stale);
}

/* Moves what the instance holds and conf does not have into ret_stale. */
static void take_held(struct vrrp_instance *instance, const struct conf_vrrp *conf,
		      struct vrrp_stale *ret_stale)
{
	instance->has_new_vips = vrrp_vips_set(&instance->vips, conf, &ret_stale->vips);
	for (enum vrrp_item_kind i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_set(&instance->items[i], i, conf, &ret_stale->items[i]);
}

static void take_conf(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		      struct arena *arena, struct vrrp_stale *ret_stale)
{
	const struct conf_vrrp *conf = &frame->conf;
	struct vrrp_port_user *user = &instance->port->users[conf->vrid];

	instance->frame = *frame;
	instance->arena = arena;
	instance->vips.is_owner = conf->priority == VRRP_PRIORITY_OWNER;
	take_held(instance, conf, ret_stale);
	vrrp_vips_link_say_outdated(&instance->vips, conf->name);
	vrrp_others_reset(&instance->others);
	user->is_owner = instance->vips.is_owner;
	user->is_signed = conf->auth_pass[0] && conf->auth_type == CONF_AUTH_AH;
	user->ignores_link = conf->ignores_link;
	user->is_logging_unknown = conf->is_logging_unknown;
	user->group = (struct addr){0};
	if (!conf->n_peers && !conf->needs_peer)
		user->group = vrrp_advert_group(conf);
	vrrp_taps_want(instance->port, conf);
}

void vrrp_instance_set(struct vrrp_instance *instance, const struct vrrp_instance_frame *frame,
		       struct arena *arena)
{
	struct vrrp_stale *stale;

	instance->is_changed = !vrrp_frame_is_same(&instance->frame, frame);
	if (!instance->is_changed) {
		arena_free(arena);
		return;
	}
	stale = mem_calloc(1, sizeof(*stale));
	stale->arena = instance->arena;
	take_conf(instance, frame, arena, stale);
	instance->stale = stale;
}

void vrrp_instance_trim(struct vrrp_instance *instance)
{
	stale_free(instance->stale);
	instance->stale = NULL;
}

void vrrp_instances_index(struct vrrp_vip_index *index, struct vrrp_instance *const *list, size_t n,
			  bool is_stale)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_stale)
			vrrp_vip_index_put(index, &list[i]->vips);
		else if (list[i]->stale)
			vrrp_vip_index_put(index, &list[i]->stale->vips);
	}
}

void vrrp_instance_recheck_items(struct vrrp_instance *instance, const struct vrrp_link_gain *gain)
{
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++) {
		vrrp_items_recheck(&instance->items[i]);
		if (gain->has_interface || gain->has_address)
			vrrp_items_retry_now(&instance->items[i]);
	}
}

struct mono vrrp_instance_items_wake(const struct vrrp_instance *instance)
{
	struct mono wake = MONO_NEVER;

	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		wake = mono_min(wake, vrrp_items_wake(&instance->items[i]));
	return wake;
}

struct mono vrrp_instance_wake(const struct vrrp_instance *instance)
{
	return mono_min(mono_min(vrrp_others_wake(&instance->others), vrrp_strays_wake(&instance->strays)),
			vrrp_instance_items_wake(instance));
}

struct vrrp_instance *vrrp_instance_new(unsigned id, struct vrrp_port *port,
					const struct vrrp_instance_frame *frame,
					struct arena *arena)
{
	struct vrrp_instance *instance = mem_calloc(1, sizeof(*instance));
	struct vrrp_stale none = {0}; /* a new instance holds nothing */

	instance->id = id;
	instance->port = port;
	instance->vips.index = &port->host->vips;
	port->users[frame->conf.vrid] = (struct vrrp_port_user){.is_used = true, .id = id};
	vrrp_unknowns_drop(&port->host->unknowns, port->interface, port->family, frame->conf.vrid);
	take_conf(instance, frame, arena, &none);
	return instance;
}

struct vrrp_legacy vrrp_instance_legacy(const struct vrrp_instance_frame *frame, const struct vrrp_predecessor *before,
					struct mono started, bool has_committed)
{
	struct vrrp_legacy legacy = {.former_state = has_committed ? VRRP_INIT : frame->last_state,
				     .alive = mono_is_never(before->alive) ? started : before->alive,
				     .was_silent = before->was_silent,
				     .was_relieved = frame->inheritance == VRRP_INHERITED_WHOLE};

	legacy.last_state = before->was_released ? VRRP_INIT : legacy.former_state;
	if (frame->inheritance == VRRP_INHERITED_HUNG)
		legacy.alive = (struct mono){0};
	return legacy;
}

void vrrp_instance_free(struct vrrp_instance *instance)
{
	if (!instance)
		return;
	vrrp_taps_leave(instance->port, instance->frame.conf.vrid);
	instance->port->users[instance->frame.conf.vrid] = (struct vrrp_port_user){0};
	vrrp_vips_fini(&instance->vips);
	for (size_t i = 0; i < VRRP_ITEM_KINDS; i++)
		vrrp_items_fini(&instance->items[i]);
	arena_free(instance->arena);
	stale_free(instance->stale);
	vrrp_others_fini(&instance->others);
	free(instance->cause);
	free(instance);
}

/* --- faults --- */

/* The address that the configuration names as the source; NULL: none. Advertisements to a group come from
 * a link-local address in IPv6 (RFC 9568 section 5.1.2.1). */
static const struct addr *given_source(const struct conf_vrrp *conf)
{
	const struct addr *of_ipvlan = conf->uses_ipvlan && conf->n_vmacs ? &conf->vmacs[0].address : NULL;

	if (conf->source.family != AF_UNSPEC)
		return &conf->source;
	if (!of_ipvlan || of_ipvlan->family == AF_UNSPEC ||
	    (conf->family == AF_INET6 && !conf->n_peers && !addr_is_link_local(of_ipvlan)))
		return NULL;
	return of_ipvlan;
}

/* It may be on the ipvlan of the instance. */
static bool can_send_from(const struct vrrp_instance *instance, const struct addr *source)
{
	const struct vrrp_port *port = instance->port;
	const struct vrrp_port_user *user = &port->users[instance->frame.conf.vrid];
	const struct vrrp_link_if *ipvlan =
	    user->is_ipvlan ? vrrp_link_by_name(port->host->link, user->vmac) : NULL;

	return vrrp_link_can_send_from(port->host->link, port->index, source) ||
	       (ipvlan && vrrp_link_can_send_from(port->host->link, ipvlan->index, source));
}

static struct addr choose_source(const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->frame.conf;
	const struct vrrp_port *port = instance->port;

	const struct addr *given = given_source(conf);

	if (given)
		return can_send_from(instance, given) ? *given : (struct addr){0};
	if (conf->family == AF_INET6 && conf->n_peers && !addr_is_link_local(&conf->peers[0].addr))
		return port->wide_source;
	return port->source;
}

/* Is the macvlan of the address there and up? The kernel may say only later that it has a carrier, which
 * is that of the interface below. */
static bool has_vmac(const struct vrrp_instance *instance, const struct conf_vip *vip)
{
	const struct vrrp_link_if *vmac =
	    vip->vmac ? vrrp_link_by_name(instance->port->host->link, vip->vmac) : NULL;

	return !vip->vmac || (vmac && (vmac->is_up || vmac->lacks_carrier));
}

/* The first virtual address whose interface is missing or down, if that is not the instance's own:
 * nobody could reach it there. `no_track` leaves an address out. NULL: there is none. */
static const struct conf_vip *vip_without_link(const struct vrrp_instance *instance)
{
	const struct conf_vrrp *conf = &instance->frame.conf;

	for (size_t i = 0; i < conf_n_held(conf); i++) {
		const struct conf_vip *vip = conf_held(conf, i);
		const struct vrrp_link_if *interface;

		if (vip->is_untracked)
			continue;
		interface = vrrp_link_by_name(instance->port->host->link, vip->interface);
		if (!has_vmac(instance, vip) ||
		    (strcmp(vip->interface, conf->interface) &&
		     !vrrp_damper_is_up(instance->port->host->damper, interface)))
			return vip;
	}
	return NULL;
}

unsigned vrrp_instance_faults(const struct vrrp_instance *instance, struct addr *ret_source)
{
	enum vrrp_fault port_fault;

	*ret_source = (struct addr){0};
	if (instance->frame.conf.needs_peer && !instance->frame.conf.n_peers)
		return VRRP_FAULT_BIT(VRRP_FAULT_NO_PEER);
	port_fault = vrrp_port_fault(instance->port, instance->frame.conf.ignores_link);
	if (port_fault != VRRP_FAULTS)
		return VRRP_FAULT_BIT(port_fault);
	*ret_source = choose_source(instance);
	return (vrrp_taps_trouble(instance->port, instance->frame.conf.vrid)
		    ? VRRP_FAULT_BIT(VRRP_FAULT_NO_VMAC)
		    : 0) |
	       (ret_source->family == AF_UNSPEC ? VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE) : 0) |
	       (vip_without_link(instance) ? VRRP_FAULT_BIT(VRRP_FAULT_VIP_INTERFACE) : 0);
}

static void say_vip_interface(const struct vrrp_instance *instance, struct err *err)
{
	const struct conf_vip *vip = vip_without_link(instance);
	char text[ADDR_TEXT_MAX];

	if (vip)
		err_set(err, 0,
			"interface %s, on which its address %s belongs, is missing or down (no_track "
			"behind the address: it takes part even so)",
			conf_vip_holder(vip), addr_format(&vip->addr, text));
}

static void say_no_source(const struct conf_vrrp *conf, struct err *err)
{
	char text[ADDR_TEXT_MAX];

	const struct addr *given = given_source(conf);

	if (given)
		err_set(err, 0, "interface %s does not have the source address %s",
			given == &conf->source ? conf->interface : conf->vmacs[0].name,
			addr_format(given, text));
	else
		err_set(err, 0, "interface %s has no %s address to send from", conf->interface,
			conf->family == AF_INET ? "IPv4"
			: conf->n_peers         ? "suitable IPv6"
						: "link-local IPv6");
}

static void say_no_vmac(const struct vrrp_instance *instance, struct err *err)
{
	const struct vrrp_port *port = instance->port;
	const struct vrrp_port_user *user = &port->users[instance->frame.conf.vrid];
	const char *trouble = vrrp_vmacs_trouble(port->host->vmacs, user->vmac);

	if (trouble[0])
		err_set(err, 0, "%s", trouble);
	else
		err_set(err, 0, "%s", user->tap_trouble ? user->tap_trouble : "");
}

void vrrp_instance_say_fault(const struct vrrp_instance *instance, enum vrrp_fault fault,
			     struct err *err)
{
	*err = (struct err){0};
	switch (fault) {
	case VRRP_FAULT_NO_INTERFACE:
	case VRRP_FAULT_INTERFACE_DOWN:
	case VRRP_FAULT_NO_SOCKET:
	case VRRP_FAULT_NO_GROUP:
		*err = instance->port->fault_text;
		break;
	case VRRP_FAULT_NO_VMAC:
		say_no_vmac(instance, err);
		break;
	case VRRP_FAULT_BARRED:
		err_set(err, 0,
			"something on this machine removed its addresses %d times within a minute: "
			"it leaves them to another director for %d s, or until none advertises",
			VRRP_GUARD_LOSSES_MAX + 1, (int)(VRRP_GUARD_BARRED_NS / NS_PER_S));
		break;
	case VRRP_FAULT_NO_PEER:
		err_set(err, 0, "it has no unicast_peer that can be used, and unicast_fault_no_peer "
				"says that it must not go by multicast then");
		break;
	case VRRP_FAULT_NO_SOURCE:
		say_no_source(&instance->frame.conf, err);
		break;
	case VRRP_FAULT_VIP_INTERFACE:
		say_vip_interface(instance, err);
		break;
	case VRRP_FAULT_TRACKER: /* the router knows which */
	case VRRP_FAULT_SYNC_GROUP:
	case VRRP_FAULTS:
		break;
	}
}

uint64_t vrrp_instance_hash_fault(const struct vrrp_instance *instance, unsigned faults)
{
	struct err err;

	if (!faults)
		return 0;
	vrrp_instance_say_fault(instance, vrrp_faults_first(faults), &err);
	return hash_text(err.text);
}
