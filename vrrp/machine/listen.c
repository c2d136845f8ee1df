/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/listen.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOAD(what)     BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(SKF_AD_OFF + (what)))
#define SKIP_IF(k, n)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (n), 0)
#define GO_ON_IF(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, (n)) /* or skip n */

/* The filter is set before the socket is bound, so that no unwanted frame waits in the socket. */
static int set_filter(int fd)
{
	struct sock_filter code[] = {
	    LOAD(SKF_AD_PKTTYPE),
	    SKIP_IF(PACKET_OUTGOING, 11),
	    SKIP_IF(PACKET_LOOPBACK, 10),
	    /* A frame of another VLAN says nothing about this interface's. */
	    LOAD(SKF_AD_VLAN_TAG),
	    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff),
	    GO_ON_IF(0, 7),
	    LOAD(SKF_AD_PROTOCOL),
	    SKIP_IF(ETH_P_ARP, 4),
	    SKIP_IF(ETH_P_IP, 3),
	    GO_ON_IF(ETH_P_IPV6, 3),
	    /* The port of a virtual switch sends IPv6 multicast itself when it comes up. */
	    LOAD(SKF_AD_PKTTYPE),
	    GO_ON_IF(PACKET_HOST, 1),
	    BPF_STMT(BPF_RET | BPF_K, 1),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int vrrp_listen_open(unsigned index, const char *interface, struct err *err)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_ALL),
					.sll_ifindex = (int)index};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), code;

	if (fd >= 0 && set_filter(fd) == 0 &&
	    bind(fd, (const struct sockaddr *)&all, sizeof(all)) == 0)
		return fd;
	code = -errno;
	if (fd >= 0)
		close(fd);
	return err_set(err, code, "a packet socket on %s cannot be opened: %s", interface,
		       err_errno(code));
}

void vrrp_listen_close(int fd)
{
	close(fd);
}

int vrrp_listen_heard(int fd)
{
	char byte;

	if (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) >= 0)
		return 1;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}
