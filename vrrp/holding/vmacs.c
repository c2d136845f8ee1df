/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/vmacs.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/vec.h"
#include "vrrp/holding/vmac.h"
#include "vrrp/machine/vmac.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_NS (5 * NS_PER_S)
/* What the interface below needs: it must not answer for the addresses of the macvlan, nor ask with
 * them, since its hardware address does not move to the other director. */
#define ARP_IGNORE   1
#define ARP_ANNOUNCE 2

/* One macvlan or ipvlan that is wanted. */
struct item {
	struct conf_vmac conf; /* its texts are name and parent */
	char name[CONF_IFNAME_MAX], parent[CONF_IFNAME_MAX];
	char instance[CONF_NAME_MAX];
	unsigned index; /* of the interface that this process has set up; 0: none */
	unsigned made_on; /* the index of its parent then */
	bool is_down;     /* somebody has set it down */
	bool is_put_off;  /* it was deleted too often: made again at refused_until */
	struct vrrp_vmac_losses losses;
	/* Sysctls of the interface with that index, before the first macvlan of lvsd there. */
	struct vrrp_vmac_saved saved;
	unsigned saved_from;
	/* Of an ipvlan: the address of the former configuration, until the new one is there. */
	struct addr old_address;
	uint8_t old_len;
	bool is_wanted; /* while a configuration is put into force: it has this one */
	struct err trouble; /* "": it is there */
	/* It could not be made on the interface with that index, or is deleted again and again: not again before
	 * then. */
	unsigned refused_on;
	struct mono refused_until;
};

struct vrrp_vmacs {
	struct vrrp_link *link;
	const char *run_dir; /* of this lvsd, as aliases name it */
	struct loop_timer *retry;
	VEC(struct item *) list;
	bool is_changing; /* a configuration is put into force */
};

struct vrrp_vmacs *vrrp_vmacs_new(struct loop *loop, struct vrrp_link *link, const char *run_dir,
				  loop_fn *on_retry, void *arg)
{
	struct vrrp_vmacs *vmacs = mem_calloc(1, sizeof(*vmacs));

	vmacs->link = link;
	vmacs->run_dir = run_dir;
	vmacs->retry = loop_timer_new(loop, on_retry, arg);
	return vmacs;
}

void vrrp_vmacs_free(struct vrrp_vmacs *vmacs)
{
	if (!vmacs)
		return;
	for (size_t i = 0; i < vmacs->list.n; i++)
		free(vmacs->list.items[i]);
	vec_free(&vmacs->list);
	loop_timer_free(vmacs->retry);
	free(vmacs);
}

/* --- what is wanted --- */

static struct item *find_item(const struct vrrp_vmacs *vmacs, const char *name)
{
	for (size_t i = 0; i < vmacs->list.n; i++)
		if (!strcmp(vmacs->list.items[i]->name, name))
			return vmacs->list.items[i];
	return NULL;
}

static bool needs_set_up(const struct item *item, const struct conf_vmac *conf)
{
	return item->conf.family != conf->family || item->conf.group != conf->group ||
	       item->conf.mode != conf->mode || item->conf.address_len != conf->address_len ||
	       addr_cmp(&item->conf.address, &conf->address);
}

/* Notes the address that the ipvlan has, if the new configuration has another one. */
static void note_old_address(struct item *item, const struct conf_vmac *conf)
{
	if (item->conf.address_len == conf->address_len && !addr_cmp(&item->conf.address, &conf->address))
		return;
	item->old_address = item->conf.address;
	item->old_len = item->conf.address_len;
}

static void item_want(struct vrrp_vmacs *vmacs, const char *instance, const struct conf_vmac *conf)
{
	struct item *item = find_item(vmacs, conf->name);

	if (!item) {
		item = mem_calloc(1, sizeof(*item));
		*(struct item **)vec_push(&vmacs->list) = item;
	}
	if (needs_set_up(item, conf))
		item->index = 0;
	note_old_address(item, conf);
	item->conf = *conf;
	snprintf(item->name, sizeof(item->name), "%s", conf->name);
	snprintf(item->parent, sizeof(item->parent), "%s", conf->parent);
	snprintf(item->instance, sizeof(item->instance), "%s", instance);
	item->conf.name = item->name;
	item->conf.parent = item->parent;
	item->is_wanted = true;
}

void vrrp_vmacs_want(struct vrrp_vmacs *vmacs, const struct conf_vrrp *conf)
{
	vmacs->is_changing = true;
	for (size_t i = 0; i < conf->n_vmacs; i++)
		item_want(vmacs, conf->name, &conf->vmacs[i]);
}

const char *vrrp_vmacs_trouble(const struct vrrp_vmacs *vmacs, const char *name)
{
	const struct item *item = find_item(vmacs, name);

	return item ? item->trouble.text : "";
}

/* --- what the machine has --- */

/* A search in the table of interfaces. */
struct search {
	const struct vrrp_vmacs *vmacs;
	const char *run_dir; /* in_way(): of this lvsd alone */
	unsigned parent;
	const struct item *item; /* is_in_way(): what is to be made */
	/* What was found: the first one. */
	struct vrrp_link_if found;
	struct vrrp_vmac_saved saved;
};

static void of_parent(const struct vrrp_link_if *interface, void *arg)
{
	struct search *search = arg;
	struct vrrp_vmac_saved saved;

	if (search->found.index || interface->parent != search->parent || interface->is_ipvlan ||
	    !vrrp_vmac_read_alias(interface, &saved))
		return;
	search->found = *interface;
	search->saved = saved;
}

/* Does the configuration have an interface of that name, also the one that is being put into force? */
static bool is_kept(const struct vrrp_vmacs *vmacs, const char *name)
{
	const struct item *item = find_item(vmacs, name);

	return item && (!vmacs->is_changing || item->is_wanted);
}

/* The kernel allows a hardware address once on an interface, and an address on one of its ipvlans; and it
 * allows macvlans or ipvlans there, not both. What an older configuration had may be in the way. */
static bool is_in_way(const struct search *search, const struct vrrp_link_if *interface)
{
	const struct conf_vmac *conf = &search->item->conf;

	if (interface->parent != search->parent || !strcmp(interface->name, conf->name) ||
	    !vrrp_vmac_is_of(interface, search->run_dir))
		return false;
	if (interface->is_ipvlan != conf_vmac_is_ipvlan(conf))
		return true;
	return interface->is_ipvlan ? !is_kept(search->vmacs, interface->name)
				    : vrrp_vmac_has_mac(interface, conf->mac);
}

static void in_way(const struct vrrp_link_if *interface, void *arg)
{
	struct search *search = arg;

	if (search->found.index || !is_in_way(search, interface))
		return;
	vrrp_vmac_read_alias(interface, &search->saved);
	search->found = *interface;
}

/* --- the sysctls of the interface below --- */

/* What they were before the first macvlan of lvsd was made there. */
static struct vrrp_vmac_saved saved_of(const struct vrrp_vmacs *vmacs, const struct item *item,
				      const struct vrrp_link_if *parent)
{
	struct search search = {.parent = parent->index,
				.saved = {parent->arp_ignore, parent->arp_announce}};

	/* Somebody may have deleted the macvlan, and its alias with it. */
	if (item->saved_from == parent->index)
		return item->saved;

	vrrp_link_each(vmacs->link, of_parent, &search);
	return search.saved;
}

static void arp_set(const struct vrrp_vmacs *vmacs, const struct item *item)
{
	const struct vrrp_link_if *parent = vrrp_link_by_name(vmacs->link, item->parent);
	uint32_t ignore = parent->arp_ignore ? parent->arp_ignore : ARP_IGNORE;
	int code;

	if (item->conf.family != AF_INET || conf_vmac_is_ipvlan(&item->conf) ||
	    (parent->arp_ignore == ignore && parent->arp_announce == ARP_ANNOUNCE))
		return;
	code = vrrp_vmac_set_arp(vmacs->link, item->parent, ignore, ARP_ANNOUNCE);
	if (code < 0)
		log_error("vrrp=%s arp_ignore and arp_announce of %s cannot be set: %s; %s may answer "
			  "for the addresses of %s with its own hardware address",
			  item->instance, item->parent, err_errno(code), item->parent, item->name);
	else
		log_notice("vrrp=%s sysctls net.ipv4.conf.%s: arp_ignore %u, arp_announce %u, as long as "
			   "%s is there",
			   item->instance, item->parent, ignore, ARP_ANNOUNCE, item->name);
}

static void find_by_index(const struct vrrp_link_if *interface, void *arg)
{
	struct vrrp_link_if *wanted = arg;

	if (interface->index == wanted->index)
		*wanted = *interface;
}

/* The macvlan that was deleted had the saved values. What somebody has set to another value since
 * stays. */
static void arp_put_back(struct vrrp_link *link, unsigned parent, const struct vrrp_vmac_saved *saved)
{
	struct search search = {.parent = parent};
	struct vrrp_link_if below = {.index = parent};
	uint32_t ignore, announce;

	vrrp_link_each(link, of_parent, &search);
	vrrp_link_each(link, find_by_index, &below);
	if (search.found.index || !below.name[0])
		return;
	vrrp_link_read(link, below.name);
	vrrp_link_each(link, find_by_index, &below);
	ignore = below.arp_ignore == ARP_IGNORE ? saved->arp_ignore : below.arp_ignore;
	announce = below.arp_announce == ARP_ANNOUNCE ? saved->arp_announce : below.arp_announce;
	if (ignore != below.arp_ignore || announce != below.arp_announce)
		vrrp_vmac_set_arp(link, below.name, ignore, announce);
}

/* --- making and deleting --- */

/* False: the kernel refused. */
static bool delete_found(struct vrrp_link *link, const struct search *search)
{
	int code = vrrp_vmac_delete(link, search->found.index, search->found.name);

	if (code < 0 && code != -ENODEV) {
		log_error("vrrp: interface %s cannot be deleted: %s", search->found.name,
			  err_errno(code));
		return false;
	}
	if (search->found.is_macvlan)
		arp_put_back(link, search->found.parent, &search->saved);
	return true;
}

/* Deletes what is in the way of the item. The sysctls stay as they are if another macvlan follows. */
static void make_room(const struct vrrp_vmacs *vmacs, const struct item *item, unsigned parent)
{
	for (;;) {
		struct search search = {.vmacs = vmacs,
					.run_dir = vmacs->run_dir,
					.parent = parent,
					.item = item};

		vrrp_link_each(vmacs->link, in_way, &search);
		if (!search.found.index)
			return;
		if (conf_vmac_is_ipvlan(&item->conf)) {
			if (!delete_found(vmacs->link, &search))
				return;
		} else if (vrrp_vmac_delete(vmacs->link, search.found.index, search.found.name) < 0) {
			return;
		}
	}
}

static void say_foreign(struct item *item, const struct vrrp_link_if *parent,
			const struct vrrp_link_if *found)
{
	const char *run_dir = vrrp_vmac_run_dir(found);
	char why[VRRP_VMAC_WHY_MAX];
	bool is_ipvlan = conf_vmac_is_ipvlan(&item->conf);
	const char *keyword = is_ipvlan ? "use_ipvlan" : "use_vmac";

	if (run_dir[0]) {
		err_set(&item->trouble, -EEXIST,
			"interface %s is of the lvsd with the run dir %s: write another name behind "
			"%s, or if that lvsd does not run any more, `lvsd --release-addresses -R %s`",
			item->name, run_dir, keyword, run_dir);
		return;
	}
	err_set(&item->trouble, -EEXIST,
		"interface %s is there already, and it is not the %s of this virtual router on %s "
		"(%s): delete or rename it, or write another name behind %s",
		item->name, is_ipvlan ? "ipvlan" : "macvlan", item->parent,
		vrrp_vmac_why_foreign(&item->conf, parent, found, why), keyword);
}

/* What the error of the kernel means; "": what it says is enough. */
static const char *refusal_cause(const struct conf_vmac *conf, int code)
{
	if (conf_vmac_is_ipvlan(conf))
		return code == -EOPNOTSUPP	 ? " (the kernel has no ipvlan)"
		       : code == -EBUSY		 ? " (it has macvlans, or is a port of a bridge or bond)"
		       : code == -EADDRINUSE ? " (another ipvlan there has its address)"
		       : code == -EINVAL	 ? " (it must be like Ethernet)"
						 : "";
	return code == -EOPNOTSUPP ? " (the kernel has no macvlan)"
	       : code == -EBUSY || code == -EADDRINUSE
		   ? " (another interface there has its hardware address)"
	       : code == -EINVAL ? " (it must be like Ethernet)"
				 : "";
}

/* The next time at which one may be tried again. */
static void arm_retry(struct vrrp_vmacs *vmacs)
{
	struct mono next = MONO_NEVER, now = clock_mono();

	for (size_t i = 0; i < vmacs->list.n; i++)
		if (vmacs->list.items[i]->refused_on && mono_before(now, vmacs->list.items[i]->refused_until))
			next = mono_min(next, vmacs->list.items[i]->refused_until);
	loop_timer_set(vmacs->retry, next);
}

static void put_off(struct vrrp_vmacs *vmacs, struct item *item, const struct vrrp_link_if *parent,
		    struct mono until)
{
	item->refused_on = parent->index;
	item->refused_until = until;
	arm_retry(vmacs);
}

static void say_refusal(struct vrrp_vmacs *vmacs, struct item *item,
			const struct vrrp_link_if *parent, int code)
{
	err_set(&item->trouble, code, "%s %s cannot be made on %s: %s%s",
		conf_vmac_is_ipvlan(&item->conf) ? "ipvlan" : "macvlan", item->name, item->parent,
		err_errno(code), refusal_cause(&item->conf, code));
	put_off(vmacs, item, parent, mono_add_ns(clock_mono(), RETRY_NS));
}

/* Notes what is to be put back, and writes the alias that says so. */
static void alias_make(const struct vrrp_vmacs *vmacs, struct item *item,
		       const struct vrrp_link_if *parent, char ret_alias[static VRRP_LINK_ALIAS_MAX])
{
	if (conf_vmac_is_ipvlan(&item->conf)) {
		item->saved_from = 0;
		vrrp_vmac_alias(NULL, vmacs->run_dir, ret_alias);
		return;
	}
	item->saved = saved_of(vmacs, item, parent);
	item->saved_from = parent->index;
	vrrp_vmac_alias(&item->saved, vmacs->run_dir, ret_alias);
}

static void old_address_remove(struct vrrp_vmacs *vmacs, struct item *item)
{
	struct vrrp_link_change change = {.index = item->index,
					  .addr = item->old_address,
					  .prefix_len = item->old_len,
					  .label = ""};

	if (item->old_address.family != AF_UNSPEC && conf_vmac_is_ipvlan(&item->conf))
		vrrp_link_del_addrs(vmacs->link, &change, 1);
	item->old_address = (struct addr){0};
}

static void say_made(const struct item *item, bool is_there, bool was_lost)
{
	if (was_lost)
		log_warning("vrrp=%s interface %s was deleted or renamed by something on this machine: it is made "
			    "again on %s (%u time%s in a row)",
			    item->instance, item->name, item->parent, item->losses.n, plural(item->losses.n));
	else
		log_notice("vrrp=%s %s interface %s on %s", item->instance, is_there ? "takes over" : "made",
			   item->name, item->parent);
}

/* Makes it, or gives it the settings of this configuration. */
static void item_make(struct vrrp_vmacs *vmacs, struct item *item, bool is_there, bool was_lost)
{
	const struct vrrp_link_if *parent;
	char alias[VRRP_LINK_ALIAS_MAX];
	unsigned parent_index;
	int code;

	/* A change of a sysctl alone is not notified, so the table may be out of date. */
	vrrp_link_read(vmacs->link, item->parent);
	parent = vrrp_link_by_name(vmacs->link, item->parent);
	if (!parent)
		return;
	parent_index = parent->index;
	alias_make(vmacs, item, parent, alias);
	if (!is_there)
		make_room(vmacs, item, parent->index);
	code = is_there ? vrrp_vmac_set_up(vmacs->link, &item->conf, alias)
			: vrrp_vmac_make(vmacs->link, &item->conf, alias);
	if (code < 0) {
		say_refusal(vmacs, item, parent, code);
		return;
	}
	item->index = vrrp_link_by_name(vmacs->link, item->name)->index;
	item->made_on = parent_index;
	arp_set(vmacs, item);
	old_address_remove(vmacs, item);
	say_made(item, is_there, was_lost);
}

/* Has the interface lost the address that it has in every state? */
static bool lacks_address(const struct vrrp_vmacs *vmacs, const struct item *item, unsigned index)
{
	return item->conf.address.family != AF_UNSPEC &&
	       !vrrp_link_has_addr(vmacs->link, index, &item->conf.address);
}

/* Is the interface as it is to be, or must it be set up again? */
static bool is_set_up(const struct vrrp_vmacs *vmacs, const struct item *item,
		      const struct vrrp_link_if *parent, const struct vrrp_link_if *found)
{
	return item->index == found->index && found->master == vrrp_vmac_vrf(vmacs->link, parent) &&
	       !lacks_address(vmacs, item, found->index);
}

/* One of another configuration. Its kind decides whether there are sysctls to put back. */
static void remove_former(struct vrrp_vmacs *vmacs, const struct item *item,
			  const struct vrrp_link_if *found)
{
	struct search search = {.found = *found};

	vrrp_vmac_read_alias(found, &search.saved);
	if (found->is_macvlan && conf_vmac_is_ipvlan(&item->conf))
		delete_found(vmacs->link, &search);
	else
		vrrp_vmac_delete(vmacs->link, found->index, item->name);
}

/*
 * The interface of the item as the machine has it; NULL: there is none. An interface that is deleted is set down
 * first, and the kernel tells of that while it deletes. A question waits for the lock under which it does so:
 * then the interface is gone, and can be made again before anybody takes it for an interface that is down.
 */
static const struct vrrp_link_if *find_own(struct vrrp_vmacs *vmacs, struct item *item)
{
	const struct vrrp_link_if *found = vrrp_link_by_name(vmacs->link, item->name);
	bool is_down = found && found->index == item->index && !found->is_up && !found->lacks_carrier;

	if (is_down && !item->is_down) {
		vrrp_link_read(vmacs->link, item->name);
		found = vrrp_link_by_name(vmacs->link, item->name);
	}
	item->is_down = is_down && found;
	return found;
}

/* Makes one that is missing. If somebody deletes it again and again, the next attempt is later. */
static void item_restore(struct vrrp_vmacs *vmacs, struct item *item, const struct vrrp_link_if *parent)
{
	bool was_lost = item->index && item->made_on == parent->index, is_put_off = item->is_put_off;
	struct mono now = clock_mono(), until = was_lost ? vrrp_vmac_lose(&item->losses, now) : now;

	item->index = 0;
	item->is_put_off = mono_before(now, until);
	if (!item->is_put_off) {
		item_make(vmacs, item, false, was_lost || is_put_off);
		return;
	}
	err_set(&item->trouble, -ENODEV,
		"interface %s was deleted or renamed by something on this machine %u times in a row: it is made "
		"again in %d s: look for what removes it",
		item->name, item->losses.n, (int)(mono_sub(until, now) / NS_PER_S));
	put_off(vmacs, item, parent, until);
}

static void item_settle(struct vrrp_vmacs *vmacs, struct item *item)
{
	const struct vrrp_link_if *found = find_own(vmacs, item);
	const struct vrrp_link_if *parent = vrrp_link_by_name(vmacs->link, item->parent);

	/* Each attempt makes the kernel tell of the interface, so attempts must not follow from that. */
	if (parent && item->refused_on == parent->index &&
	    !mono_reached(clock_mono(), item->refused_until))
		return;
	item->trouble = (struct err){0};
	item->refused_on = 0;
	switch (vrrp_vmac_judge(&item->conf, parent, found, vmacs->run_dir)) {
	case VRRP_VMAC_WAIT:
		err_set(&item->trouble, -ENODEV, "interface %s, on which %s belongs, is missing",
			item->parent, item->name);
		break;
	case VRRP_VMAC_KEEP:
		if (!is_set_up(vmacs, item, parent, found))
			item_make(vmacs, item, true, false);
		break;
	case VRRP_VMAC_REMAKE:
		remove_former(vmacs, item, found);
		item_make(vmacs, item, false, false);
		break;
	case VRRP_VMAC_MAKE:
		item_restore(vmacs, item, parent);
		break;
	case VRRP_VMAC_REFUSE:
		say_foreign(item, parent, found);
		break;
	}
}

void vrrp_vmacs_settle(struct vrrp_vmacs *vmacs)
{
	for (size_t i = 0; i < vmacs->list.n; i++) {
		struct item *item = vmacs->list.items[i];
		const struct err before = item->trouble;

		if (vmacs->is_changing && !item->is_wanted)
			continue;
		item_settle(vmacs, item);
		if (item->trouble.text[0] && strcmp(before.text, item->trouble.text))
			log_error("vrrp=%s %s", item->instance, item->trouble.text);
	}
}

/* The macvlans and ipvlans of a run dir that no item has. */
struct own {
	const struct vrrp_vmacs *vmacs; /* NULL: no item counts */
	const char *run_dir;
	VEC(struct vrrp_link_if) list;
};

static void own_collect(const struct vrrp_link_if *interface, void *arg)
{
	struct own *own = arg;

	if (vrrp_vmac_is_of(interface, own->run_dir) &&
	    !(own->vmacs && find_item(own->vmacs, interface->name)))
		*(struct vrrp_link_if *)vec_push(&own->list) = *interface;
}

/* One after the other, until the kernel refuses. Returns how many are gone. */
static size_t delete_each(struct vrrp_link *link, const struct own *own)
{
	size_t n = 0;

	for (; n < own->list.n; n++) {
		struct search search = {.found = own->list.items[n]};

		vrrp_vmac_read_alias(&search.found, &search.saved);
		if (!delete_found(link, &search))
			break;
	}
	return n;
}

/* Deletes the macvlans and ipvlans of run_dir that no item of vmacs has; NULL: all of them. Those that
 * somebody makes anew meanwhile stay. Returns how many are gone. */
static size_t delete_own(struct vrrp_link *link, const struct vrrp_vmacs *vmacs, const char *run_dir)
{
	struct own own = {.vmacs = vmacs, .run_dir = run_dir};
	size_t n;

	vrrp_link_each(link, own_collect, &own);
	n = own.list.n;
	for (size_t i = 0; vmacs && i < n; i++)
		log_notice("vrrp: removes interface %s, which no instance has any more",
			   own.list.items[i].name);
	if (n > 1 && vrrp_vmac_delete_all(link, own.list.items, n) == 0) {
		for (size_t i = 0; i < n; i++) {
			struct vrrp_vmac_saved saved = {0};

			vrrp_vmac_read_alias(&own.list.items[i], &saved);
			if (own.list.items[i].is_macvlan)
				arp_put_back(link, own.list.items[i].parent, &saved);
		}
	} else {
		n = delete_each(link, &own);
	}
	vec_free(&own.list);
	return n;
}

/* The items that are not wanted leave the list, and then nobody has their interfaces. */
void vrrp_vmacs_trim(struct vrrp_vmacs *vmacs)
{
	size_t n = 0;

	for (size_t i = 0; i < vmacs->list.n; i++) {
		if (vmacs->list.items[i]->is_wanted)
			vmacs->list.items[n++] = vmacs->list.items[i];
		else
			free(vmacs->list.items[i]);
	}
	vmacs->list.n = n;
	vmacs->is_changing = false;
	for (size_t i = 0; i < n; i++)
		vmacs->list.items[i]->is_wanted = false;
	delete_own(vmacs->link, vmacs, vmacs->run_dir);
}

size_t vrrp_vmacs_release(struct vrrp_link *link, const char *run_dir)
{
	return delete_own(link, NULL, run_dir);
}
