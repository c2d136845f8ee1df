/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/port.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "vrrp/ah/ah.h"
#include "vrrp/holding/frames.h"
#include "vrrp/holding/listeners.h"
#include "vrrp/holding/taps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Packets read at a time: more than a receive buffer has room for, and bounded, so that a flood
 * cannot keep the loop here for ever. */
#define DRAIN_MAX 8192
/* When a socket cannot be opened (no memory, no permission) no event tells when it could be: try
 * again after this time. */
#define RETRY_NS (5 * NS_PER_S)
#define STRANGER_NS NS_PER_S

static void on_retry(void *arg)
{
	struct vrrp_port *port = arg;

	port->host->on_retry(port);
}

struct vrrp_port *vrrp_port_new(struct vrrp_port_host *host, uint16_t family, const char *interface)
{
	struct vrrp_port *port = mem_calloc(1, sizeof(*port));

	port->host = host;
	port->family = family;
	strncpy(port->interface, interface, sizeof(port->interface) - 1);
	port->retry = loop_timer_new(host->loop, on_retry, port);
	return port;
}

static void close_signed(struct vrrp_port *port)
{
	loop_io_free(port->signed_io);
	vrrp_raw_close(port->signed_raw);
	port->signed_io = NULL;
	port->signed_raw = NULL;
}

static void close_socket(struct vrrp_port *port)
{
	vrrp_outbox_flush(port->host->outbox);
	loop_io_free(port->io);
	vrrp_raw_close(port->raw);
	port->io = NULL;
	port->raw = NULL;
	close_signed(port);
	vrrp_taps_close(port);
}

static void stop_listening(struct vrrp_port *port)
{
	if (port->is_listening)
		vrrp_listeners_drop(port->host->listeners, port);
	port->is_listening = false;
}

void vrrp_port_free(struct vrrp_port *port)
{
	if (!port)
		return;
	close_socket(port);
	stop_listening(port);
	loop_timer_free(port->retry);
	free(port);
}

bool vrrp_port_is_empty(const struct vrrp_port *port)
{
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used)
			return false;
	return true;
}

static bool has_owner(const struct vrrp_port *port)
{
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used && port->users[i].is_owner)
			return true;
	return false;
}

/* The groups that the instances listen to, each once. Returns how many. */
static size_t list_groups(const struct vrrp_port *port, struct addr ret_groups[static 256])
{
	size_t n = 0;

	for (size_t i = 0; i < 256; i++) {
		const struct addr *group = &port->users[i].group;
		size_t k = 0;

		if (!port->users[i].is_used || group->family == AF_UNSPEC)
			continue;
		while (k < n && addr_cmp(&ret_groups[k], group))
			k++;
		if (k == n)
			ret_groups[n++] = *group;
	}
	return n;
}

/* --- the source addresses --- */

/* Which addresses are suitable as a source. */
struct wanted {
	/* these are not suitable; vips NULL: virtual addresses are suitable too */
	const struct vrrp_vip_index *vips, *leaving;
	const struct addr *current;        /* only this one is suitable; NULL: any */
	/* IPv6: only link-local addresses are suitable; false: only others */
	bool is_link_local;
};

static bool is_unwanted(const struct addr *addr, void *arg)
{
	const struct wanted *wanted = arg;

	if (addr->family == AF_INET6 && addr_is_link_local(addr) != wanted->is_link_local)
		return true;
	if (wanted->current && addr_cmp(addr, wanted->current) != 0)
		return true;
	return (wanted->vips && vrrp_vip_index_has(wanted->vips, addr)) ||
	       vrrp_vip_index_has(wanted->leaving, addr);
}

/*
 * Keeps the address in use as long as it is present, so that peers see one router. Else it takes
 * the first address that is not virtual. An address owner may have only virtual ones: then one of
 * these.
 */
static struct addr choose_source(const struct vrrp_port *port, unsigned index,
				 const struct addr *current, bool is_link_local)
{
	struct wanted wanted = {&port->host->vips, &port->host->leaving, current, is_link_local};
	struct vrrp_link *link = port->host->link;
	struct addr source = {0};

	if (current->family != AF_UNSPEC)
		source = vrrp_link_source(link, index, port->family, false, is_unwanted, &wanted);
	wanted.current = NULL;
	if (source.family == AF_UNSPEC)
		source = vrrp_link_source(link, index, port->family, false, is_unwanted, &wanted);
	/* The address of this machine may be virtual itself: then another one of the same network is
	 * left, which the kernel calls secondary. */
	if (source.family == AF_UNSPEC)
		source = vrrp_link_source(link, index, port->family, true, is_unwanted, &wanted);
	wanted.vips = NULL;
	if (source.family == AF_UNSPEC && has_owner(port))
		source = vrrp_link_source(link, index, port->family, false, is_unwanted, &wanted);
	return source;
}

/* --- the socket --- */

static void on_port_readable(int fd, unsigned events, void *arg)
{
	struct vrrp_port *port = arg;

	(void)fd;
	(void)events;
	port->host->on_readable(port);
}

static enum vrrp_fault port_socket(struct vrrp_port *port, const struct vrrp_link_if *interface)
{
	if (port->raw && port->index == interface->index)
		return VRRP_FAULTS;
	close_socket(port);
	if (vrrp_raw_open(port->family, false, interface, &port->raw, &port->fault_text) < 0) {
		loop_timer_set(port->retry, mono_add_ns(loop_now(port->host->loop), RETRY_NS));
		return VRRP_FAULT_NO_SOCKET;
	}
	port->index = interface->index;
	port->io = loop_io_new(port->host->loop, vrrp_raw_fd(port->raw), LOOP_READ,
			       on_port_readable, port);
	return VRRP_FAULTS;
}

static bool has_signed(const struct vrrp_port *port)
{
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used && port->users[i].is_signed)
			return true;
	return false;
}

/* Opens the socket for AH if an instance needs it, and closes it if none does. */
static enum vrrp_fault signed_socket(struct vrrp_port *port, const struct vrrp_link_if *interface)
{
	if (has_signed(port) == (port->signed_raw != NULL))
		return VRRP_FAULTS;
	if (port->signed_raw) {
		vrrp_outbox_flush(port->host->outbox);
		close_signed(port);
		return VRRP_FAULTS;
	}
	if (vrrp_raw_open(port->family, true, interface, &port->signed_raw, &port->fault_text) < 0) {
		loop_timer_set(port->retry, mono_add_ns(loop_now(port->host->loop), RETRY_NS));
		return VRRP_FAULT_NO_SOCKET;
	}
	port->signed_io = loop_io_new(port->host->loop, vrrp_raw_fd(port->signed_raw), LOOP_READ,
				      on_port_readable, port);
	return VRRP_FAULTS;
}

static enum vrrp_fault join_or_leave(struct vrrp_port *port)
{
	struct addr groups[256];
	size_t n = list_groups(port, groups);
	int code = vrrp_raw_set_groups(port->raw, groups, n);

	if (code == 0 && port->signed_raw)
		code = vrrp_raw_set_groups(port->signed_raw, groups, n);
	if (code == 0)
		return VRRP_FAULTS;
	loop_timer_set(port->retry, mono_add_ns(loop_now(port->host->loop), RETRY_NS));
	err_set(&port->fault_text, code,
		"a multicast group of VRRP cannot be joined on %s: %s%s", port->interface,
		err_errno(code),
		code == -ENOBUFS ? " (net.ipv4.igmp_max_memberships says how many may be)" : "");
	return VRRP_FAULT_NO_GROUP;
}

static bool ignores_link(const struct vrrp_port *port)
{
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used && port->users[i].ignores_link)
			return true;
	return false;
}

static void say_down(struct vrrp_port *port, const struct vrrp_link_if *interface)
{
	err_set(&port->fault_text, -ENETDOWN, "interface %s %s", port->interface,
		vrrp_damper_text(interface));
}

static void interface_read(struct vrrp_port *port)
{
	const struct vrrp_link_if *interface = vrrp_link_by_name(port->host->link, port->interface);

	if (!interface) {
		port->fault = VRRP_FAULT_NO_INTERFACE;
		err_set(&port->fault_text, -ENODEV, "interface %s is missing", port->interface);
		return;
	}
	port->is_down = !vrrp_damper_is_up(port->host->damper, interface);
	if (port->is_down && !ignores_link(port)) {
		port->fault = VRRP_FAULT_INTERFACE_DOWN;
		say_down(port, interface);
		return;
	}
	port->source = choose_source(port, interface->index, &port->source, true);
	port->wide_source = choose_source(port, interface->index, &port->wide_source, false);
	port->fault = port_socket(port, interface);
	if (port->fault == VRRP_FAULTS)
		port->fault = signed_socket(port, interface);
	if (port->fault == VRRP_FAULTS)
		port->fault = join_or_leave(port);
	if (port->fault == VRRP_FAULTS)
		vrrp_taps_refresh(port, on_port_readable);
	if (port->fault == VRRP_FAULTS && port->is_down)
		say_down(port, interface);
}

enum vrrp_fault vrrp_port_fault(const struct vrrp_port *port, bool ignores_link)
{
	if (port->fault == VRRP_FAULTS && port->is_down && !ignores_link)
		return VRRP_FAULT_INTERFACE_DOWN;
	return port->fault;
}

/* A frame that was heard before a fault says nothing about the time after it, so the listening ends
 * with a fault. */
bool vrrp_port_refresh(struct vrrp_port *port)
{
	struct err old = port->fault_text;
	unsigned before = port->index;

	interface_read(port);
	if (port->fault != VRRP_FAULTS || port->is_down || port->index != before)
		stop_listening(port);
	return strcmp(old.text, port->fault_text.text) != 0;
}

void vrrp_port_settle(struct vrrp_port *port)
{
	if (port->fault == VRRP_FAULT_NO_INTERFACE)
		close_socket(port);
}

void vrrp_port_rest(struct vrrp_port *port, bool is_resting)
{
	unsigned events = is_resting ? 0 : LOOP_READ;

	if (port->is_resting == is_resting)
		return;
	port->is_resting = is_resting;
	if (port->io)
		loop_io_set(port->io, events);
	if (port->signed_io)
		loop_io_set(port->signed_io, events);
}

/* --- frames of other machines --- */

bool vrrp_port_listen(struct vrrp_port *port)
{
	struct err err;

	if (port->is_listening)
		return true;
	if (vrrp_listeners_add(port->host->listeners, port, &err) < 0) {
		if (!port->is_listen_refused)
			log_warning("vrrp: %s; so silence on %s is believed though its switch port "
				    "may not forward yet, and sessions may be lost then",
				    err.text, port->interface);
		port->is_listen_refused = true;
		return false;
	}
	port->is_listening = true;
	port->is_listen_refused = false;
	return true;
}

bool vrrp_port_has_heard(struct vrrp_port *port)
{
	bool has_heard = port->is_listening && vrrp_listeners_have_heard(port->host->listeners, port);

	if (has_heard)
		stop_listening(port);
	return has_heard;
}

/* Where the VRID stands in the body: it is the second byte of a message of every version. */
static size_t vrid_at(const struct vrrp_raw_packet *packet)
{
	return (packet->is_signed ? VRRP_AH_LEN : 0) + 1;
}

/* Reports to the instances of the port an advertisement with a VRID that none of them has. Each
 * such VRID is reported at most once a second, and once more with priority 0, since a network may have many
 * of them. False: on_stranger wants no more. */
static bool report_stranger(struct vrrp_port *port, const struct vrrp_raw_packet *packet)
{
	size_t head = packet->is_signed ? VRRP_AH_LEN : 0;
	const uint8_t *vrid = packet->body + vrid_at(packet);
	/* It may follow another one at once. */
	bool is_last = packet->len > vrid_at(packet) + 1 && vrid[1] == VRRP_PRIORITY_STOP;
	struct mono *at = is_last ? &port->yielded_at[*vrid] : &port->stranger_at[*vrid];
	struct mono now = loop_now(port->host->loop);
	struct vrrp_pkt pkt;

	if ((at->ns && mono_sub(now, *at) < STRANGER_NS) || packet->path.hop_limit != VRRP_HOP_LIMIT ||
	    vrrp_pkt_decode(packet->body + head, packet->len - head, &packet->path, &pkt) !=
		VRRP_ACCEPTED)
		return true;
	*at = now;
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used && !port->host->on_stranger(port->users[i].id, &pkt,
								       &packet->path.source,
								       port->host->arg))
			return false;
	return true;
}

/* log_unknown_vrids. It is for the whole file, so any user of the port knows it. */
static void note_unknown(struct vrrp_port *port, const struct vrrp_raw_packet *packet)
{
	bool is_logging = false;
	char text[ADDR_TEXT_MAX];
	uint64_t n;

	for (size_t i = 0; i < 256 && !is_logging; i++)
		is_logging = port->users[i].is_used && port->users[i].is_logging_unknown;
	if (is_logging)
		vrrp_unknowns_note(&port->host->unknowns, port->interface, packet->body[vrid_at(packet)],
				   &packet->path.source, loop_now(port->host->loop));
	n = is_logging ? vrrp_trouble_is_due(&port->unknown, loop_now(port->host->loop)) : 0;
	if (n)
		log_notice("vrrp: %s advertises virtual_router_id %u on %s, which no instance has "
			   "there (%llu advertisement%s of unknown virtual routers)",
			   addr_format(&packet->path.source, text), packet->body[vrid_at(packet)], port->interface,
			   (unsigned long long)n, plural(n));
}

/* RFC 9568 section 5.2.3: a VRID is 1 to 255. So the packet is of no virtual router, whatever addresses it lists. */
static void say_invalid(struct vrrp_port *port, const struct vrrp_raw_packet *packet)
{
	uint64_t n = vrrp_trouble_is_due(&port->invalid, loop_now(port->host->loop));
	char text[ADDR_TEXT_MAX];

	if (n)
		log_warning("vrrp: %s advertises virtual_router_id 0 on %s, which is invalid (RFC 9568 section "
			    "5.2.3): ignored (%llu since the last line); a faulty or forged sender",
			    addr_format(&packet->path.source, text), port->interface, (unsigned long long)n);
}

/* Gives a packet to the instance that it is for. False: on_packet wants no more. */
static bool packet_take(struct vrrp_port *port, const struct vrrp_raw_packet *packet)
{
	const struct vrrp_port_user *user;

	if (packet->reason != VRRP_ACCEPTED || packet->len <= vrid_at(packet))
		return true;
	if (!packet->body[vrid_at(packet)]) {
		say_invalid(port, packet);
		return true;
	}
	user = &port->users[packet->body[vrid_at(packet)]];
	if (user->is_used)
		return port->host->on_packet(user->id, packet, port->host->arg);
	note_unknown(port, packet);
	return report_stranger(port, packet);
}

/* Returns whether packets may be left in this socket, or on_packet wants no more. */
static bool drain_raw(struct vrrp_port *port, struct vrrp_raw *raw)
{
	struct vrrp_raw_packet packet;

	for (size_t i = 0; raw && i < DRAIN_MAX; i++) {
		int code = vrrp_raw_receive(raw, &packet);

		if (code == -EAGAIN)
			return false;
		port->n_read++;
		if (code == 0 && !packet_take(port, &packet))
			return true;
	}
	return false;
}

/* The same for the socket of all macvlans: its packets may be for any port of the family. */
static bool drain_frames(struct vrrp_frames *frames, uint16_t family)
{
	struct vrrp_raw_packet packet;
	struct vrrp_port *port;

	for (size_t i = 0; i < DRAIN_MAX; i++) {
		int code = vrrp_frames_receive(frames, family, &packet, &port);

		if (code == -EAGAIN)
			return false;
		if (code < 0)
			continue;
		port->n_read++;
		if (!packet_take(port, &packet))
			return true;
	}
	return false;
}

bool vrrp_port_drain(struct vrrp_port *port)
{
	bool is_more = drain_raw(port, port->raw) || drain_raw(port, port->signed_raw);
	bool has_frames = false;

	for (unsigned i = 0; !is_more && i < port->n_taps; i++) {
		const struct vrrp_port_user *user = &port->users[port->tapped[i]];

		if (user->is_ipvlan)
			is_more = drain_raw(port, user->tap);
		else
			has_frames = true;
	}
	return is_more || (has_frames && drain_frames(port->host->frames, port->family));
}

bool vrrp_port_send(struct vrrp_port *port, const struct vrrp_pkt *pkt,
		    const struct vrrp_path *path, const struct vrrp_sent *sent)
{
	uint8_t bytes[VRRP_PKT_MAX];
	struct vrrp_raw_message message = {
	    .path = *path, .body = bytes, .index = port->users[pkt->vrid].tap_index};

	struct vrrp_raw *raw = vrrp_taps_way(port, pkt->vrid, port->raw);

	if (!raw)
		return false;
	message.len = vrrp_pkt_encode(pkt, &message.path, bytes, sizeof(bytes));
	vrrp_outbox_put(port->host->outbox, raw, sent, &message);
	return true;
}

/* Any number but 0, which the kernel would replace. */
static uint16_t next_ip_id(struct vrrp_port *port)
{
	port->ip_id = port->ip_id == UINT16_MAX ? 1 : (uint16_t)(port->ip_id + 1);
	return port->ip_id;
}

bool vrrp_port_send_signed(struct vrrp_port *port, const struct vrrp_pkt *pkt,
			   const struct vrrp_path *path, uint32_t sequence,
			   const struct vrrp_sent *sent)
{
	uint8_t bytes[VRRP_IP4_LEN + VRRP_AH_LEN + VRRP_PKT_MAX], *header = bytes + VRRP_IP4_LEN;
	const struct vrrp_ah_cover cover = {.ip_id = next_ip_id(port),
					    .is_unicast = !addr_is_multicast(&path->destination),
					    .key = pkt->password,
					    .key_len = sizeof(pkt->password)};
	struct vrrp_raw_message message = {.path = *path,
					   .body = bytes,
					   .index = port->users[pkt->vrid].tap_index,
					   .is_whole = true};
	struct vrrp_raw *raw = vrrp_taps_way(port, pkt->vrid, port->signed_raw);
	size_t len;

	if (!raw)
		return false;
	len = vrrp_pkt_encode(pkt, path, header + VRRP_AH_LEN, VRRP_PKT_MAX);
	vrrp_ah_put(path, &cover, sequence, header, len);
	vrrp_ah_ip4_put(path, cover.ip_id, VRRP_AH_LEN + len, bytes);
	message.len = VRRP_IP4_LEN + VRRP_AH_LEN + len;
	vrrp_outbox_put(port->host->outbox, raw, sent, &message);
	return true;
}
