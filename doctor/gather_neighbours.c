/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks which machine answers for an address on a link: by ARP for IPv4, by neighbour discovery for
 * IPv6 (RFC 4861). */
#include "doctor/gather.h"
#include "doctor/gather_link.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A neighbour answers within milliseconds. */
#define WAIT_MS 1000

/* How many questions are sent at once. The answers to more questions could overflow the receive
 * buffer. */
#define BURST          64
#define BURST_PAUSE_MS 20

/* RFC 4861 section 4: a packet that has passed a router has a lower hop limit, so it is not from a
 * neighbour. */
#define HOP_LIMIT 255

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

static void add_answer(struct doctor_facts *facts, const struct addr *addr, const uint8_t *mac)
{
	struct doctor_answer *answer = find_answer(facts, addr);

	if (!answer || answer->n_macs == DOCTOR_MACS_MAX)
		return;
	for (size_t i = 0; i < answer->n_macs; i++)
		if (memcmp(answer->macs[i], mac, DOCTOR_MAC_LEN) == 0)
			return;
	memcpy(answer->macs[answer->n_macs++], mac, DOCTOR_MAC_LEN);
}

/* --- ARP --- */

static void on_arp(struct doctor_facts *facts, const struct conf *conf,
		   const struct sockaddr_ll *from, const uint8_t *packet, size_t len)
{
	struct ether_arp arp;
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
	add_answer(facts, &addr, arp.arp_sha);
}

/* Sends an ARP probe (RFC 5227 section 2.1.1). It has no sender address, so it changes nobody's
 * table. */
static void ask_arp(int fd, struct doctor_answer *answer, const struct doctor_interface *interface)
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

/* --- neighbour discovery --- */

/* The message of RFC 4861 section 4.3, with the source link-layer address as its one option. */
struct solicitation {
	struct ip6_hdr ip;
	struct nd_neighbor_solicit ns;
	struct nd_opt_hdr option;
	uint8_t mac[DOCTOR_MAC_LEN];
} __attribute__((packed));

/* The checksum covers this and the message itself (RFC 8200 section 8.1). */
struct pseudo_header {
	struct in6_addr source, destination;
	uint32_t len, next;
};

static uint32_t add_words(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)at[i] << 8 | at[i + 1];
	return sum;
}

static uint16_t checksum(const struct solicitation *message)
{
	struct pseudo_header pseudo = {.source = message->ip.ip6_src,
				       .destination = message->ip.ip6_dst,
				       .len = htonl(sizeof(*message) - sizeof(message->ip)),
				       .next = htonl(IPPROTO_ICMPV6)};
	uint32_t sum = add_words(0, &pseudo, sizeof(pseudo));

	sum = add_words(sum, (const uint8_t *)message + sizeof(message->ip),
			sizeof(*message) - sizeof(message->ip));
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static bool is_link_local(const struct addr *addr)
{
	return addr->family == AF_INET6 && addr->bytes[0] == 0xfe &&
	       (addr->bytes[1] & 0xc0) == 0x80;
}

/*
 * This machine's own link-local address on the interface, not a virtual one. A question without a
 * source address would look like duplicate address detection, and a machine that is just beginning
 * to use the address would give it up (RFC 4862 section 5.4.3).
 */
static const struct addr *source_on(const struct doctor_facts *facts, unsigned interface)
{
	for (size_t i = 0; i < facts->addresses.n; i++) {
		const struct doctor_address *own = &facts->addresses.items[i];
		const struct doctor_answer *asked;

		if (own->interface != interface || !is_link_local(&own->addr))
			continue;
		asked = find_answer((struct doctor_facts *)facts, &own->addr);
		if (!asked || !asked->is_vip)
			return &own->addr;
	}
	return NULL;
}

static void ask_neighbours(int fd, struct doctor_facts *facts, struct doctor_answer *answer,
			   const struct doctor_interface *interface)
{
	const struct addr *source = source_on(facts, interface->index);
	const uint8_t *target = answer->addr.bytes;
	struct solicitation message = {
	    .ip = {.ip6_flow = htonl(6u << 28),
		   .ip6_plen = htons(sizeof(message) - sizeof(message.ip)),
		   .ip6_nxt = IPPROTO_ICMPV6,
		   .ip6_hlim = HOP_LIMIT,
		   .ip6_dst = {{{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, target[13],
				 target[14], target[15]}}}},
	    .ns = {.nd_ns_type = ND_NEIGHBOR_SOLICIT},
	    .option = {.nd_opt_type = ND_OPT_SOURCE_LINKADDR, .nd_opt_len = 1}};
	struct sockaddr_ll to = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETHERTYPE_IPV6),
	    .sll_ifindex = (int)interface->index,
	    .sll_halen = DOCTOR_MAC_LEN,
	    .sll_addr = {0x33, 0x33, 0xff, target[13], target[14], target[15]}};

	if (!source)
		return;
	memcpy(&message.ip.ip6_src, source->bytes, sizeof(message.ip.ip6_src));
	memcpy(&message.ns.nd_ns_target, target, sizeof(message.ns.nd_ns_target));
	memcpy(message.mac, interface->mac, DOCTOR_MAC_LEN);
	message.ns.nd_ns_cksum = checksum(&message);
	answer->is_asked = sendto(fd, &message, sizeof(message), 0, (struct sockaddr *)&to,
				  sizeof(to)) == (ssize_t)sizeof(message);
}

/* Takes the hardware address that the advertisement names, or otherwise that of its sender. */
static void on_neighbour(struct doctor_facts *facts, const struct conf *conf,
			 const struct sockaddr_ll *from, const uint8_t *packet, size_t len)
{
	struct addr target = {.family = AF_INET6};
	const uint8_t *mac = from->sll_addr;
	struct nd_neighbor_advert na;
	struct nd_opt_hdr option;
	struct ip6_hdr ip;
	size_t at = sizeof(ip) + sizeof(na);

	(void)conf;
	if (len < at || from->sll_pkttype == PACKET_OUTGOING)
		return;
	memcpy(&ip, packet, sizeof(ip));
	memcpy(&na, packet + sizeof(ip), sizeof(na));
	if (ip.ip6_nxt != IPPROTO_ICMPV6 || ip.ip6_hlim != HOP_LIMIT ||
	    na.nd_na_type != ND_NEIGHBOR_ADVERT)
		return;
	memcpy(target.bytes, &na.nd_na_target, sizeof(na.nd_na_target));
	while (at + sizeof(option) + DOCTOR_MAC_LEN <= len) {
		memcpy(&option, packet + at, sizeof(option));
		if (option.nd_opt_len == 0)
			return;
		if (option.nd_opt_type == ND_OPT_TARGET_LINKADDR)
			mac = packet + at + sizeof(option);
		at += (size_t)option.nd_opt_len * 8;
	}
	add_answer(facts, &target, mac);
}

/* Lets only neighbour advertisements through. */
static int filter_neighbours(int fd)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + 6),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 3),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (unsigned)SKF_NET_OFF + sizeof(struct ip6_hdr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_ADVERT, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, 0xffff),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* --- questions --- */

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

/* Asks for the virtual addresses, and for the real servers that are on a link of this machine. */
static void add_questions(const struct conf *conf, struct doctor_facts *facts)
{
	size_t n = 0;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t j = 0; j < conf_n_held(&conf->vrrps[i]); j++)
			add_question(facts, &conf_held(&conf->vrrps[i], j)->addr,
				     conf_held(&conf->vrrps[i], j)->interface, true);
	for (size_t i = 0; i < facts->routes.n; i++) {
		const struct doctor_route *route = &facts->routes.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, route->interface);

		if (route->is_there && !route->is_local && !route->has_gateway && interface &&
		    interface->has_arp)
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

/* Opens a socket that receives the answers, before the first question is sent. -1: it cannot be
 * opened. */
static int neighbours_socket(uint16_t family)
{
	const struct sockaddr_ll address = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons(family == AF_INET ? ETHERTYPE_ARP : ETHERTYPE_IPV6)};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if ((family == AF_INET || filter_neighbours(fd) == 0) &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void ask_family(const struct conf *conf, struct doctor_facts *facts, uint16_t family)
{
	gather_packet_fn *on_packet = family == AF_INET ? on_arp : on_neighbour;
	int fd = neighbours_socket(family);
	size_t n = 0;

	for (size_t i = 0; fd >= 0 && i < facts->answers.n; i++) {
		struct doctor_answer *answer = &facts->answers.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_name(facts, answer->interface);

		if (answer->addr.family != family || !interface || !interface->has_arp ||
		    !interface->has_carrier)
			continue;
		if (family == AF_INET)
			ask_arp(fd, answer, interface);
		else
			ask_neighbours(fd, facts, answer, interface);
		if (n++ % BURST == BURST - 1)
			gather_receive(fd, BURST_PAUSE_MS, on_packet, facts, conf);
	}
	if (n)
		gather_receive(fd, WAIT_MS, on_packet, facts, conf);
	if (fd >= 0)
		close(fd);
}

void gather_neighbours(const struct conf *conf, struct doctor_facts *facts)
{
	add_questions(conf, facts);
	ask_family(conf, facts, AF_INET);
	ask_family(conf, facts, AF_INET6);
}
