/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/neighbour.h"
#include "vrrp/machine/question.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of IPv6, neighbour advertisements alone. */
static int answers_filter(int fd, uint16_t family)
{
	struct sock_filter ip6[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, VRRP_ANSWER_NEXT_AT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 3),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, VRRP_ANSWER_TYPE_AT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_ANSWER_TYPE, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {sizeof(ip6) / sizeof(ip6[0]), ip6};

	return family == AF_INET6
		   ? setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program))
		   : 0;
}

static uint16_t protocol_of(uint16_t family)
{
	return htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_ARP);
}

int vrrp_neighbour_open(uint16_t family)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = protocol_of(family)};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), code;

	if (fd < 0)
		return -errno;
	/* The filter first, so that nothing unwanted waits in the socket. */
	if (answers_filter(fd, family) == 0 &&
	    bind(fd, (const struct sockaddr *)&all, sizeof(all)) == 0)
		return fd;
	code = -errno;
	close(fd);
	return code;
}

void vrrp_neighbour_close(int fd)
{
	close(fd);
}

void vrrp_neighbour_ask(int fd, const struct vrrp_link_if *interface, const struct addr *vip)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_protocol = protocol_of(vip->family),
				 .sll_ifindex = (int)interface->index,
				 .sll_halen = VRRP_MAC_LEN};
	uint8_t bytes[VRRP_QUESTION_LEN_MAX];
	size_t len = vrrp_question_encode(vip, interface->mac, bytes);

	vrrp_question_destination(vip, to.sll_addr);
	(void)!sendto(fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&to,
		      sizeof(to));
}

int vrrp_neighbour_read(int fd, struct vrrp_neighbour *ret_neighbour)
{
	uint8_t bytes[256];
	struct sockaddr_ll from;
	socklen_t from_len = sizeof(from);
	ssize_t len = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, (struct sockaddr *)&from,
			       &from_len);
	struct vrrp_neighbour neighbour;

	if (len < 0)
		return errno == EINTR || errno == ENETDOWN ? -EINVAL : -EAGAIN;
	if (from.sll_halen != VRRP_MAC_LEN ||
	    !vrrp_answer_decode(from.sll_protocol == htons(ETH_P_IPV6) ? AF_INET6 : AF_INET, bytes,
			       (size_t)len, &neighbour.addr))
		return -EINVAL;
	neighbour.index = (unsigned)from.sll_ifindex;
	memcpy(neighbour.mac, from.sll_addr, VRRP_MAC_LEN);
	*ret_neighbour = neighbour;
	return 0;
}
