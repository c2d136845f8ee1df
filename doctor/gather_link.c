/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listens on the links for advertisements. */
#include "doctor/gather_link.h"

#include "base/clock.h"
#include "doctor/gather.h"
#include "vrrp/ah/ah.h"

#include <linux/filter.h>
#include <net/ethernet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IP6_HEADER 40

/* How many intervals to listen, since one advertisement may be lost. */
#define LISTEN_INTERVALS 3

void gather_receive(int fd, int64_t ms, gather_packet_fn *on_packet, struct doctor_facts *facts,
		    const struct conf *conf)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);
	int64_t left_ms;

	while ((left_ms = mono_sub(deadline, clock_mono()) / NS_PER_MS) > 0) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		struct sockaddr_ll from;
		socklen_t size = sizeof(from);
		uint8_t packet[2048];
		ssize_t n;

		if (poll(&ready, 1, (int)left_ms) <= 0)
			continue;
		n = recvfrom(fd, packet, sizeof(packet), MSG_DONTWAIT, (struct sockaddr *)&from,
			     &size);
		if (n > 0)
			on_packet(facts, conf, &from, packet, (size_t)n);
	}
}

/* Lets only protocol 112 of IPv4 and IPv6 through, and AH with it behind an IPv4 header without
 * options. */
static int filter_adverts(int fd)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF),
	    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 4),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + 9),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_AH_PROTOCOL, 0, 4),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + VRRP_IP4_LEN),
	    BPF_STMT(BPF_JMP | BPF_JA, 2),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 3),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + 6),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_PROTOCOL, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, 0xffff),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static void hear(struct doctor_facts *facts, const struct conf *conf,
		 const struct sockaddr_ll *from, const struct addr *source, const uint8_t *advert)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_name(facts, vrrp->interface);
		struct doctor_hearing *hearing = &facts->hearings.items[i];

		if (!interface || (int)interface->index != from->sll_ifindex ||
		    vrrp->family != source->family || vrrp->vrid != advert[1])
			continue;
		if (from->sll_pkttype == PACKET_OUTGOING) {
			hearing->n_own++;
		} else {
			hearing->n_others++;
			hearing->other = *source;
			hearing->other_priority = advert[2];
		}
	}
}

/* Keeps the facts that are compared with the configuration. An advertisement that cannot be decoded
 * is not kept. */
static void keep(struct doctor_facts *facts, const struct sockaddr_ll *from,
		 const struct vrrp_path *path, const uint8_t *body, size_t len)
{
	struct doctor_advert *advert = NULL;
	struct vrrp_pkt pkt;

	if (vrrp_pkt_decode(body, len, path, &pkt) != VRRP_ACCEPTED)
		return;
	for (size_t i = 0; i < facts->adverts.n && !advert; i++) {
		struct doctor_advert *known = &facts->adverts.items[i];

		if (known->interface == (unsigned)from->sll_ifindex && known->vrid == pkt.vrid &&
		    !addr_cmp(&known->source, &path->source))
			advert = known;
	}
	if (!advert) {
		if (facts->adverts.n == DOCTOR_ADVERTS_MAX)
			return;
		advert = vec_push(&facts->adverts);
	}
	advert->interface = (unsigned)from->sll_ifindex;
	advert->source = path->source;
	advert->is_own = from->sll_pkttype == PACKET_OUTGOING;
	advert->version = pkt.version;
	advert->vrid = pkt.vrid;
	advert->priority = pkt.priority;
	advert->interval_ms = (uint32_t)(pkt.interval_ns / NS_PER_MS);
	vec_clear(&advert->addrs);
	for (size_t i = 0; i < pkt.n_addrs; i++) {
		struct addr *addr = vec_push(&advert->addrs);

		*addr = (struct addr){.family = path->source.family};
		memcpy(addr->bytes, pkt.addrs + i * addr_len(addr), addr_len(addr));
	}
}

static bool take_ip6(const uint8_t *packet, size_t len, struct vrrp_path *ret_path)
{
	if (len < IP6_HEADER)
		return false;
	*ret_path = (struct vrrp_path){.source = {.family = AF_INET6},
				       .destination = {.family = AF_INET6},
				       .hop_limit = packet[7]};
	memcpy(ret_path->source.bytes, packet + 8, 16);
	memcpy(ret_path->destination.bytes, packet + 24, 16);
	return true;
}

/* Finds the message behind an IPv4 header, and behind AH. The signature is not checked: whether the
 * two keys are the same is for the directors to judge, and they log it. */
static bool take_ip4(const uint8_t *packet, size_t len, struct vrrp_path *ret_path,
		     const uint8_t **ret_body, size_t *ret_len)
{
	uint16_t ip_id;

	if (vrrp_ip4_decode(packet, len, ret_path, ret_body, ret_len) == VRRP_ACCEPTED)
		return true;
	if (vrrp_ip4_decode_ah(packet, len, ret_path, &ip_id, ret_body, ret_len) != VRRP_ACCEPTED ||
	    vrrp_ah_check_form(ret_path, *ret_body, *ret_len) != VRRP_ACCEPTED)
		return false;
	*ret_body += VRRP_AH_LEN;
	*ret_len -= VRRP_AH_LEN;
	return true;
}

static void on_advert(struct doctor_facts *facts, const struct conf *conf,
		      const struct sockaddr_ll *from, const uint8_t *packet, size_t len)
{
	const uint8_t *body = packet + IP6_HEADER;
	size_t body_len = len - IP6_HEADER;
	struct vrrp_path path;

	if (packet[0] >> 4 == 6 ? !take_ip6(packet, len, &path)
				: !take_ip4(packet, len, &path, &body, &body_len))
		return;
	if (body_len < 8)
		return;
	hear(facts, conf, from, &path.source, body);
	keep(facts, from, &path, body, body_len);
}

/* Joins the group, so that advertisements are received even if no lvsd has joined it. */
static void join(int fd, const struct doctor_interface *interface)
{
	struct packet_mreq request = {.mr_ifindex = (int)interface->index,
				      .mr_type = PACKET_MR_ALLMULTI};

	setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request));
}

void gather_adverts(const struct conf *conf, struct doctor_facts *facts)
{
	int fd = conf->n_vrrps ? socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	int64_t ms = 0;

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct doctor_interface *interface =
		    doctor_interface_by_name(facts, conf->vrrps[i].interface);
		int64_t wanted = (int64_t)conf->vrrps[i].advert_int_us / 1000 * LISTEN_INTERVALS;

		*vec_push(&facts->hearings) =
		    (struct doctor_hearing){.instance = conf->vrrps[i].name,
					    .is_heard = fd >= 0 && interface && interface->has_carrier};
		if (fd >= 0 && interface)
			join(fd, interface);
		ms = wanted > ms ? wanted : ms;
	}
	if (fd < 0)
		return;
	ms = ms < DOCTOR_LISTEN_MAX_MS ? ms : DOCTOR_LISTEN_MAX_MS;
	facts->seconds_listened = (double)ms / 1000;
	/* The filter is set before the first packet can arrive. */
	if (filter_adverts(fd) == 0 && bind(fd, (struct sockaddr *)&all, sizeof(all)) == 0)
		gather_receive(fd, ms, on_advert, facts, conf);
	close(fd);
}
