/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be heard on the links: who answers ARP, and who advertises. */
#include "base/clock.h"
#include "base/mem.h"
#include "doctor/gather.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A neighbour that is there answers within milliseconds. */
#define ARP_WAIT_MS 1000

/* More than a receive buffer of answers at once would lose some. */
#define ARP_BURST          64
#define ARP_BURST_PAUSE_MS 20

#define PROTOCOL_VRRP 112
#define IP6_HEADER    40

/* How many intervals are listened: one advert may be lost. */
#define LISTEN_INTERVALS 3

typedef void packet_fn(struct doctor_facts *facts, const struct conf *conf,
		       const struct sockaddr_ll *from, const uint8_t *packet, size_t len);

/* Hands everything that fd receives within ms to on_packet. */
static void receive_for(int fd, int64_t ms, packet_fn *on_packet, struct doctor_facts *facts,
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

/* --- ARP --- */

static struct doctor_answer *find_answer(struct doctor_facts *facts, const struct addr *addr)
{
	for (size_t low = 0, high = facts->answers.n; low < high;) {
		size_t middle = low + (high - low) / 2;
		int r = addr_cmp(addr, &facts->answers.items[middle].addr);

		if (r == 0)
			return &facts->answers.items[middle];
		if (r < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void on_arp(struct doctor_facts *facts, const struct conf *conf,
		   const struct sockaddr_ll *from, const uint8_t *packet, size_t len)
{
	struct ether_arp arp;
	struct doctor_answer *answer;
	struct in_addr in;
	struct addr addr;

	(void)conf;
	if (len < sizeof(arp) || from->sll_pkttype == PACKET_OUTGOING)
		return;
	memcpy(&arp, packet, sizeof(arp));
	if (ntohs(arp.arp_op) != ARPOP_REPLY || ntohs(arp.arp_pro) != ETHERTYPE_IP)
		return;
	memcpy(&in, arp.arp_spa, sizeof(in));
	addr = addr_from_in(in);
	answer = find_answer(facts, &addr);
	if (!answer || answer->n_macs == DOCTOR_MACS_MAX)
		return;
	for (size_t i = 0; i < answer->n_macs; i++)
		if (memcmp(answer->macs[i], arp.arp_sha, DOCTOR_MAC_LEN) == 0)
			return;
	memcpy(answer->macs[answer->n_macs++], arp.arp_sha, DOCTOR_MAC_LEN);
}

/* A probe as in RFC 5227 section 2.1.1: without a sender's address it changes nobody's table. */
static void ask(int fd, struct doctor_answer *answer, const struct doctor_interface *interface)
{
	struct ether_arp arp = {.ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER),
					   .ar_pro = htons(ETHERTYPE_IP),
					   .ar_hln = DOCTOR_MAC_LEN,
					   .ar_pln = 4,
					   .ar_op = htons(ARPOP_REQUEST)}};
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETHERTYPE_ARP),
				 .sll_ifindex = (int)interface->index,
				 .sll_halen = DOCTOR_MAC_LEN};

	memset(to.sll_addr, 0xff, DOCTOR_MAC_LEN);
	memcpy(arp.arp_sha, interface->mac, DOCTOR_MAC_LEN);
	memcpy(arp.arp_tpa, answer->addr.bytes, sizeof(arp.arp_tpa));
	answer->is_asked = sendto(fd, &arp, sizeof(arp), 0, (struct sockaddr *)&to, sizeof(to)) ==
			   (ssize_t)sizeof(arp);
}

static void add_question(struct doctor_facts *facts, const struct addr *addr, const char *interface,
			 bool is_vip)
{
	struct doctor_answer *answer = vec_push(&facts->answers);

	answer->addr = *addr;
	answer->is_vip = is_vip;
	strncpy(answer->interface, interface, sizeof(answer->interface) - 1);
}

static int answer_cmp(const void *pa, const void *pb)
{
	const struct doctor_answer *a = pa, *b = pb;

	return addr_cmp(&a->addr, &b->addr);
}

/* Virtual addresses, and the real servers that are on a link of ours. */
static void add_questions(const struct conf *conf, struct doctor_facts *facts)
{
	size_t n = 0;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t j = 0; j < conf->vrrps[i].n_vips; j++)
			if (conf->vrrps[i].vips[j].addr.family == AF_INET)
				add_question(facts, &conf->vrrps[i].vips[j].addr,
					     conf->vrrps[i].vips[j].interface, true);
	for (size_t i = 0; i < facts->routes.n; i++) {
		const struct doctor_route *route = &facts->routes.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, route->interface);

		if (route->is_there && !route->is_local && !route->has_gateway && interface &&
		    interface->has_arp && route->addr.family == AF_INET)
			add_question(facts, &route->addr, interface->name, false);
	}
	if (!facts->answers.n)
		return;
	qsort(facts->answers.items, facts->answers.n, sizeof(*facts->answers.items), answer_cmp);
	for (size_t i = 0; i < facts->answers.n; i++)
		if (!n || answer_cmp(&facts->answers.items[n - 1], &facts->answers.items[i]))
			facts->answers.items[n++] = facts->answers.items[i];
	facts->answers.n = n;
}

void gather_arp(const struct conf *conf, struct doctor_facts *facts)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETHERTYPE_ARP));

	add_questions(conf, facts);
	if (fd < 0 || !facts->answers.n) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (size_t i = 0; i < facts->answers.n; i++) {
		struct doctor_answer *answer = &facts->answers.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_name(facts, answer->interface);

		if (interface && interface->has_arp && interface->is_up)
			ask(fd, answer, interface);
		if (i % ARP_BURST == ARP_BURST - 1)
			receive_for(fd, ARP_BURST_PAUSE_MS, on_arp, facts, conf);
	}
	receive_for(fd, ARP_WAIT_MS, on_arp, facts, conf);
	close(fd);
}

/* --- advertisements --- */

/* Protocol 112 in IPv4 and IPv6, whatever else the links carry. */
static int filter_adverts(int fd)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF),
	    BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 2),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + 9),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_VRRP, 3, 4),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 0, 3),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + 6),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTOCOL_VRRP, 0, 1),
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

static void on_advert(struct doctor_facts *facts, const struct conf *conf,
		      const struct sockaddr_ll *from, const uint8_t *packet, size_t len)
{
	struct addr source = {.family = AF_INET};
	size_t header = (size_t)(packet[0] & 0x0f) * 4;

	if (packet[0] >> 4 == 6) {
		source.family = AF_INET6;
		header = IP6_HEADER;
	}
	if (len < header + 8 || header < 20)
		return;
	memcpy(source.bytes, packet + (source.family == AF_INET ? 12 : 8), addr_len(&source));
	hear(facts, conf, from, &source, packet + header);
}

/* Receives what others send to the group, also where no lvsd has joined it. */
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
					    .is_heard = fd >= 0 && interface && interface->is_up};
		if (fd >= 0 && interface)
			join(fd, interface);
		ms = wanted > ms ? wanted : ms;
	}
	if (fd < 0)
		return;
	ms = ms < DOCTOR_LISTEN_MAX_MS ? ms : DOCTOR_LISTEN_MAX_MS;
	facts->seconds_listened = (double)ms / 1000;
	/* The filter is there before the first packet can be. */
	if (filter_adverts(fd) == 0 && bind(fd, (struct sockaddr *)&all, sizeof(all)) == 0)
		receive_for(fd, ms, on_advert, facts, conf);
	close(fd);
}
