/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel of a machine, as far as the vrrp process asks it: vrrp/machine/link.h, raw.h, listen.h, neighbour.h. */
#include "vrrp/machine/vmac.h"
#include "vrrp/machine/route.h"
#include "tests/sim/lan_machine.h"
#include "base/virtual/world.h"
#include "vrrp/machine/listen.h"
#include "vrrp/machine/neighbour.h"
#include "vrrp/machine/realtime.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Descriptors: numbers that nobody opens; one for each socket of a machine's process. */
#define FD_FIRST  10000
#define FD_WANTED (FD_FIRST + 100)

struct vrrp_link {
	struct lan_machine *machine;
	struct loop *loop;
	struct vrrp_link_gain gain; /* that its process has not taken */
	struct loop_io *io;
	loop_fn *on_change;
	void *arg;
};

struct vrrp_raw {
	struct lan_machine *machine;
	uint16_t family;
	bool is_signed; /* for AH, which this network does not carry */
	int fd;
	VEC(struct addr) groups;
	VEC(struct lan_frame) waiting;
	size_t first;
	struct lan_frame current; /* body of the last one that was received */
};

void vrrp_realtime_set(const struct vrrp_schedule *older, const struct vrrp_schedule *newer)
{
	(void)older;
	(void)newer;
}

static int next_fd(void)
{
	static int fd = FD_WANTED;

	return fd = fd < 1000000 ? fd + 1 : FD_WANTED;
}

/* --- addresses --- */

static void addrs_changed(struct lan_machine *machine)
{
	static uint64_t n; /* over all worlds */

	machine->addrs_state = ++n;
}

void lan_machine_add(struct lan_machine *machine, const struct addr *addr, uint8_t prefix_len)
{
	*(struct lan_addr *)vec_push(&machine->addrs) = (struct lan_addr){*addr, prefix_len};
	machine->gain.has_address = true;
	for (size_t i = 0; i < machine->links.n; i++)
		machine->links.items[i]->gain.has_address = true;
	addrs_changed(machine);
}

void lan_machine_gains_carrier(struct lan_machine *machine)
{
	machine->gain.has_interface = true;
	for (size_t i = 0; i < machine->links.n; i++)
		machine->links.items[i]->gain.has_interface = true;
}

static struct lan_addr *find(const struct lan_machine *machine, const struct addr *addr)
{
	for (size_t i = 0; i < machine->addrs.n; i++)
		if (addr_cmp(&machine->addrs.items[i].addr, addr) == 0)
			return &machine->addrs.items[i];
	return NULL;
}

bool lan_machine_has(const struct lan_machine *machine, const struct addr *addr)
{
	return find(machine, addr) != NULL;
}

bool lan_machine_remove(struct lan_machine *machine, const struct addr *addr)
{
	struct lan_addr *found = find(machine, addr);
	size_t at = found ? (size_t)(found - machine->addrs.items) : 0;

	if (!found)
		return false;
	addrs_changed(machine);
	memmove(found, found + 1, (--machine->addrs.n - at) * sizeof(*found));
	return true;
}

/* A descriptor is of one process; that of the link is of all. */
static void machine_fire(const struct lan_machine *machine, int fd)
{
	for (size_t i = 0; i < machine->links.n; i++)
		world_fire(machine->links.items[i]->loop, fd, LOOP_READ);
}

void lan_machine_changed(const struct lan_machine *machine)
{
	machine_fire(machine, FD_FIRST);
}

bool lan_machine_has_loop(const struct lan_machine *machine, const struct loop *loop)
{
	for (size_t i = 0; i < machine->links.n; i++)
		if (machine->links.items[i]->loop == loop)
			return true;
	return false;
}

void lan_machine_fini(struct lan_machine *machine)
{
	assert(!machine->links.n && !machine->raws.n && !machine->listeners.n);
	vec_free(&machine->addrs);
	vec_free(&machine->links);
	vec_free(&machine->raws);
	vec_free(&machine->listeners);
}

/* --- vrrp/machine/link.h --- */

static void on_monitor(int fd, unsigned events, void *arg)
{
	const struct vrrp_link *link = arg;

	(void)fd;
	(void)events;
	link->on_change(link->arg);
}

int vrrp_link_open(struct loop *loop, loop_fn *on_change, void *arg, struct vrrp_link **ret_link,
		   struct err *err)
{
	struct vrrp_link *link = mem_calloc(1, sizeof(*link));

	(void)err;
	*link = (struct vrrp_link){
	    .machine = lan_machine_of_loop(loop), .loop = loop, .on_change = on_change, .arg = arg};
	link->io = loop_io_new(loop, FD_FIRST, LOOP_READ, on_monitor, link);
	link->gain = link->machine->gain;
	*(struct vrrp_link **)vec_push(&link->machine->links) = link;
	*ret_link = link;
	return 0;
}

void vrrp_link_close(struct vrrp_link *link)
{
	if (!link)
		return;
	loop_io_free(link->io);
	for (size_t i = 0; i < link->machine->links.n; i++)
		if (link->machine->links.items[i] == link)
			link->machine->links.items[i] = link->machine->links.items[--link->machine->links.n];
	link->machine->gain = link->gain;
	free(link);
}

struct vrrp_link_gain vrrp_link_take_gain(struct vrrp_link *link)
{
	const struct vrrp_link_gain gain = link->gain;

	link->gain = link->machine->gain = (struct vrrp_link_gain){0};
	return gain;
}

const struct vrrp_link_if *vrrp_link_by_name(const struct vrrp_link *link, const char *name)
{
	return strcmp(name, link->machine->eth0.name) == 0 ? &link->machine->eth0 : NULL;
}

bool vrrp_link_has_addr(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	(void)index;
	return find(link->machine, addr) != NULL;
}

/* Nobody in the simulation has an address of IPv6 that another machine has too. */
enum vrrp_link_dad vrrp_link_dad(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	(void)link;
	(void)index;
	(void)addr;
	return VRRP_LINK_DAD_OVER;
}

bool vrrp_link_has_entry(const struct vrrp_link *link, unsigned index, const struct addr *addr,
			 uint8_t prefix_len, const struct addr *peer)
{
	const struct lan_addr *found = find(link->machine, addr);

	(void)index;
	(void)peer;
	return found && found->prefix_len == prefix_len;
}

bool vrrp_link_can_send_from(const struct vrrp_link *link, unsigned index, const struct addr *addr)
{
	return vrrp_link_has_addr(link, index, addr);
}

struct addr vrrp_link_source(const struct vrrp_link *link, unsigned index, uint16_t family,
			     bool may_be_secondary, vrrp_link_filter_fn *is_skipped, void *arg)
{
	(void)may_be_secondary;
	const struct lan_machine *machine = link->machine;

	(void)index;
	for (size_t i = 0; i < machine->addrs.n; i++)
		if (machine->addrs.items[i].addr.family == family &&
		    !is_skipped(&machine->addrs.items[i].addr, arg))
			return machine->addrs.items[i].addr;
	return (struct addr){0};
}

static void count_unread(const struct lan_machine *machine)
{
	size_t n = 0;

	for (size_t i = 0; i < machine->raws.n; i++)
		n += machine->raws.items[i]->waiting.n - machine->raws.items[i]->first;
	lan_counts_mutable()->n_unread = n;
}

static int del_addr(struct lan_machine *machine, const struct vrrp_link_change *change)
{
	if (!lan_may_act())
		return -EIO;
	return lan_machine_remove(machine, &change->addr) ? 0 : -EADDRNOTAVAIL;
}

static int add_addr(struct lan_machine *machine, const struct vrrp_link_change *change)
{
	if (!lan_may_act())
		return -EIO;
	if (find(machine, &change->addr))
		return -EEXIST;
	if (machine->refusal) {
		lan_counts_mutable()->n_refused++;
		return machine->refusal;
	}
	lan_machine_add(machine, &change->addr, change->prefix_len);
	lan_added(machine->number, &change->addr);
	return 0;
}

void vrrp_link_add_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n)
{
	count_unread(link->machine);
	for (size_t i = 0; i < n; i++)
		changes[i].result = add_addr(link->machine, &changes[i]);
	if (n)
		lan_machine_changed(link->machine);
}

void vrrp_link_del_addrs(struct vrrp_link *link, struct vrrp_link_change *changes, size_t n)
{
	count_unread(link->machine);
	for (size_t i = 0; i < n; i++)
		changes[i].result = del_addr(link->machine, &changes[i]);
	if (n)
		lan_machine_changed(link->machine);
}

/* --- vrrp/machine/raw.h --- */

int vrrp_raw_open(uint16_t family, bool is_signed, const struct vrrp_link_if *interface, struct vrrp_raw **ret_raw,
		  struct err *err)
{
	struct vrrp_raw *raw = mem_calloc(1, sizeof(*raw));

	(void)err;
	raw->machine = lan_machine_of_index(interface->index);
	raw->family = family;
	raw->is_signed = is_signed;
	raw->fd = next_fd();
	*(struct vrrp_raw **)vec_push(&raw->machine->raws) = raw;
	*ret_raw = raw;
	return 0;
}

void vrrp_raw_close(struct vrrp_raw *raw)
{
	if (!raw)
		return;
	for (size_t i = 0; i < raw->machine->raws.n; i++)
		if (raw->machine->raws.items[i] == raw)
			raw->machine->raws.items[i] =
			    raw->machine->raws.items[--raw->machine->raws.n];
	vec_free(&raw->waiting);
	vec_free(&raw->groups);
	free(raw);
}

int vrrp_raw_set_groups(struct vrrp_raw *raw, const struct addr *groups, size_t n)
{
	vec_clear(&raw->groups);
	for (size_t i = 0; i < n; i++)
		*(struct addr *)vec_push(&raw->groups) = groups[i];
	return 0;
}

static bool is_member(const struct vrrp_raw *raw, const struct addr *group)
{
	for (size_t i = 0; i < raw->groups.n; i++)
		if (addr_cmp(&raw->groups.items[i], group) == 0)
			return true;
	return false;
}

int vrrp_raw_fd(const struct vrrp_raw *raw)
{
	return raw->fd;
}

void lan_machine_receive(struct lan_machine *machine, const struct lan_frame *frame)
{
	bool is_group = addr_is_multicast(&frame->destination);

	for (size_t i = 0; i < machine->raws.n; i++) {
		struct vrrp_raw *raw = machine->raws.items[i];

		if (raw->is_signed || raw->family != frame->source.family ||
		    (is_group ? !is_member(raw, &frame->destination) : !find(machine, &frame->destination)))
			continue;
		*(struct lan_frame *)vec_push(&raw->waiting) = *frame;
		machine_fire(machine, raw->fd);
	}
}

int vrrp_raw_receive(struct vrrp_raw *raw, struct vrrp_raw_packet *ret_packet)
{
	if (raw->first == raw->waiting.n) {
		raw->first = raw->waiting.n = 0;
		return -EAGAIN;
	}
	raw->current = raw->waiting.items[raw->first++];
	*ret_packet = (struct vrrp_raw_packet){
	    .path = {raw->current.source, raw->current.destination, raw->current.hop_limit},
	    .body = raw->current.bytes,
	    .len = raw->current.len,
	    .reason = VRRP_ACCEPTED};
	return 0;
}

void vrrp_raw_send(struct vrrp_raw *raw, struct vrrp_raw_message *const *messages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct vrrp_path *path = &messages[i]->path;
		struct lan_frame frame = {.kind = LAN_VRRP,
					  .source = path->source,
					  .destination = path->destination,
					  .hop_limit = path->hop_limit,
					  .len = messages[i]->len};

		assert(frame.len <= sizeof(frame.bytes));
		memcpy(frame.bytes, messages[i]->body, frame.len);
		messages[i]->code = lan_may_act() ? 0 : -EIO;
		if (messages[i]->code == 0)
			lan_send(raw->machine->number, &frame);
	}
}

int vrrp_raw_announce_open(void)
{
	return next_fd();
}

void vrrp_raw_announce_close(int fd)
{
	(void)fd;
}

void vrrp_raw_announce(int fd, const struct vrrp_raw_announcement *list, size_t n)
{
	(void)fd;
	for (size_t i = 0; i < n && lan_may_act(); i++) {
		const struct lan_frame frame = {.kind = LAN_ANNOUNCE, .source = list[i].vip};

		lan_send(lan_machine_of_index(list[i].index)->number, &frame);
	}
}

/* --- vrrp/machine/listen.h --- */

int vrrp_listen_open(void)
{
	return next_fd();
}

/* A machine has one interface, so there is one listener for a socket that waits for any. */
static void stop_listener(int fd)
{
	for (unsigned index = 1; index <= lan_count(); index++) {
		struct lan_machine *machine = lan_machine_of_index(index);

		for (size_t i = 0; i < machine->listeners.n; i++)
			if (machine->listeners.items[i].fd == fd)
				machine->listeners.items[i] =
				    machine->listeners.items[--machine->listeners.n];
	}
}

int vrrp_listen_watch(int fd, const unsigned *indexes, size_t n)
{
	stop_listener(fd);
	assert(n <= 1);
	if (n)
		*vec_push(&lan_machine_of_index(indexes[0])->listeners) = (struct lan_listener){fd, false};
	return 0;
}

int vrrp_listen_read(int fd, unsigned *ret_index)
{
	for (unsigned index = 1; index <= lan_count(); index++) {
		struct lan_machine *machine = lan_machine_of_index(index);

		for (size_t i = 0; i < machine->listeners.n; i++) {
			struct lan_listener *listener = &machine->listeners.items[i];

			if (listener->fd != fd || !listener->has_heard)
				continue;
			listener->has_heard = false;
			*ret_index = index;
			return 0;
		}
	}
	return -EAGAIN;
}

void vrrp_listen_close(int fd)
{
	stop_listener(fd);
}

void lan_machine_hears(struct lan_machine *machine)
{
	for (size_t i = 0; i < machine->listeners.n; i++) {
		machine->listeners.items[i].has_heard = true;
		machine_fire(machine, machine->listeners.items[i].fd);
	}
}

/* --- vrrp/machine/neighbour.h: questions are answered at once --- */

static struct {
	int fd;
	struct vrrp_neighbour neighbour;
} answers[32];
static size_t n_answers;

int vrrp_neighbour_open(uint16_t family)
{
	(void)family;
	return next_fd();
}

void vrrp_neighbour_close(int fd)
{
	struct vrrp_neighbour neighbour;

	while (vrrp_neighbour_read(fd, &neighbour) == 0)
		;
}

void vrrp_neighbour_ask(int fd, const struct vrrp_link_if *interface, const struct addr *vip)
{
	const struct lan_frame question = {.kind = LAN_QUESTION, .source = *vip};
	const struct lan_machine *machine = lan_machine_of_index(interface->index);
	const struct lan_machine *other = lan_machine_with(machine, vip);

	if (lan_may_act())
		lan_send(machine->number, &question);
	if (!other || n_answers == sizeof(answers) / sizeof(answers[0]))
		return;
	answers[n_answers].fd = fd;
	answers[n_answers].neighbour = (struct vrrp_neighbour){interface->index, *vip, {0}};
	memcpy(answers[n_answers++].neighbour.mac, other->eth0.mac, VRRP_MAC_LEN);
	machine_fire(machine, fd);
}

int vrrp_neighbour_read(int fd, struct vrrp_neighbour *ret_neighbour)
{
	for (size_t i = 0; i < n_answers; i++) {
		if (answers[i].fd != fd)
			continue;
		*ret_neighbour = answers[i].neighbour;
		answers[i] = answers[--n_answers];
		return 0;
	}
	return -EAGAIN;
}

int vrrp_link_promote(struct vrrp_link *link, unsigned index, bool is_on)
{
	(void)link;
	(void)index;
	(void)is_on;
	return 0;
}

/* --- macvlans: the network has none --- */

int vrrp_raw_open_frames(uint16_t family, struct vrrp_raw **ret_raw, struct err *err)
{
	(void)family;
	(void)ret_raw;
	return err_set(err, -EOPNOTSUPP, "no frames here");
}

int vrrp_raw_watch_frames(struct vrrp_raw *raw, unsigned first, unsigned last)
{
	(void)raw;
	(void)first;
	(void)last;
	return -EOPNOTSUPP;
}

void vrrp_link_each(const struct vrrp_link *link, vrrp_link_each_fn *fn, void *arg)
{
	(void)link;
	(void)fn;
	(void)arg;
}

void vrrp_link_read(struct vrrp_link *link, const char *name)
{
	(void)link;
	(void)name;
}

int vrrp_vmac_set_arp(struct vrrp_link *link, const char *interface, uint32_t arp_ignore,
		      uint32_t arp_announce)
{
	(void)link;
	(void)interface;
	(void)arp_ignore;
	(void)arp_announce;
	return -EOPNOTSUPP;
}

unsigned vrrp_vmac_vrf(const struct vrrp_link *link, const struct vrrp_link_if *interface)
{
	(void)link;
	(void)interface;
	return 0;
}

int vrrp_vmac_make(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias)
{
	(void)link;
	(void)vmac;
	(void)alias;
	return -EOPNOTSUPP;
}

int vrrp_vmac_set_up(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias)
{
	return vrrp_vmac_make(link, vmac, alias);
}

int vrrp_vmac_delete(struct vrrp_link *link, unsigned index, const char *name)
{
	(void)link;
	(void)index;
	(void)name;
	return -EOPNOTSUPP;
}

int vrrp_vmac_delete_all(struct vrrp_link *link, const struct vrrp_link_if *interfaces, size_t n)
{
	(void)link;
	(void)interfaces;
	(void)n;
	return -EOPNOTSUPP;
}

/* --- routes and rules: the network has none --- */

int vrrp_route_open(struct loop *loop, const struct vrrp_link *link, loop_fn *on_removed, void *arg,
		    struct vrrp_route_net **ret_net, struct err *err)
{
	(void)loop;
	(void)link;
	(void)on_removed;
	(void)arg;
	(void)err;
	*ret_net = NULL;
	return 0;
}

void vrrp_route_close(struct vrrp_route_net *net)
{
	(void)net;
}

void vrrp_route_watch(struct vrrp_route_net *net, const bool is_watched[static 256])
{
	(void)net;
	(void)is_watched;
}

int vrrp_route_add(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item)
{
	(void)net;
	(void)kind;
	(void)item;
	return 0;
}

const char *vrrp_route_why(const struct vrrp_route_net *net)
{
	(void)net;
	return "";
}

struct vrrp_item_place vrrp_route_place(const struct vrrp_route_net *net, enum vrrp_item_kind kind,
					const void *item)
{
	(void)net;
	(void)kind;
	(void)item;
	return (struct vrrp_item_place){0};
}

int vrrp_route_del(struct vrrp_route_net *net, enum vrrp_item_kind kind, const void *item,
		   const struct vrrp_item_place *place)
{
	(void)place;
	return vrrp_route_add(net, kind, item);
}

void vrrp_route_series_begin(struct vrrp_route_net *net)
{
	(void)net;
}

void vrrp_route_series_end(struct vrrp_route_net *net)
{
	(void)net;
}

size_t vrrp_route_sweep(struct vrrp_route_net *net, enum vrrp_item_kind kind,
			vrrp_route_kept_fn *is_kept, void *arg)
{
	(void)net;
	(void)kind;
	(void)is_kept;
	(void)arg;
	return 0;
}
