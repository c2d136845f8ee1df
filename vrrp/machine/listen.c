/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/listen.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOAD(what)     BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(SKF_AD_OFF + (what)))
#define SKIP_IF(k, n)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (n), 0)
#define GO_ON_IF(k, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), 0, (n)) /* or skip n */
#define DROP           BPF_STMT(BPF_RET | BPF_K, 0)

/* A filter with more interfaces would be longer than the kernel allows. */
#define LISTED_MAX 2000

#define N_ITEMS(array) (sizeof(array) / sizeof((array)[0]))

static int filter_set(int fd, struct sock_filter *code, size_t len)
{
	const struct sock_fprog program = {(unsigned short)len, code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}

/* Frames of the interfaces that are listed, or with is_listed false of all up to the last one. */
static int watch(int fd, const unsigned *indexes, size_t n, bool is_listed)
{
	const struct sock_filter range[] = {
	    LOAD(SKF_AD_IFINDEX),
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, indexes[0], 1, 0),
	    DROP,
	    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, indexes[n - 1], 0, 1),
	    DROP,
	};
	const struct sock_filter frame[] = {
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
	    DROP,
	};
	size_t n_listed = is_listed ? n : 0, len = N_ITEMS(range);
	struct sock_filter *code = mem_calloc(N_ITEMS(range) + 2 * n_listed + 1 + N_ITEMS(frame), sizeof(*code));
	int result;

	memcpy(code, range, sizeof(range));
	for (size_t i = 0; i < n_listed; i++) {
		code[len++] = (struct sock_filter)GO_ON_IF(indexes[i], 1);
		code[len++] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (unsigned)(2 * (n_listed - 1 - i) + 1));
	}
	if (is_listed)
		code[len++] = (struct sock_filter)DROP;
	memcpy(code + len, frame, sizeof(frame));
	result = filter_set(fd, code, len + N_ITEMS(frame));
	free(code);
	return result;
}

int vrrp_listen_watch(int fd, const unsigned *indexes, size_t n)
{
	struct sock_filter none[] = {DROP};
	int code = -E2BIG;

	if (!n)
		return filter_set(fd, none, N_ITEMS(none));
	if (n <= LISTED_MAX)
		code = watch(fd, indexes, n, true);
	/* net.core.optmem_max bounds the filter, too. The short one costs some readings. */
	return code < 0 ? watch(fd, indexes, n, false) : 0;
}

/* The filter is set before the socket is bound, so that no unwanted frame waits in the socket. */
int vrrp_listen_open(void)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
	int code = fd < 0 ? -errno : vrrp_listen_watch(fd, NULL, 0);

	if (code == 0) /* they would be copied for the filter */
		setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (code == 0 && bind(fd, (const struct sockaddr *)&all, sizeof(all)) < 0)
		code = -errno;
	if (code == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return code;
}

void vrrp_listen_close(int fd)
{
	close(fd);
}

int vrrp_listen_read(int fd, unsigned *ret_index)
{
	struct sockaddr_ll from;
	socklen_t from_len = sizeof(from);
	char byte;

	if (recvfrom(fd, &byte, sizeof(byte), MSG_DONTWAIT, (struct sockaddr *)&from, &from_len) < 0)
		return -errno;
	*ret_index = (unsigned)from.sll_ifindex;
	return 0;
}
