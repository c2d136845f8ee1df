/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The servers of bench_health.py: answers HTTP on port 80 of every address, and notes when the kernel saw
 * each SYN to 127.1.0.0/16, however late this process itself may be.
 *
 * Usage: stamps COUNT RESULT. COUNT is a file of 8 bytes: how many SYNs there were, and 1 more, so that it
 * is not 0 once this program listens. At SIGTERM, RESULT gets a pair of numbers for each: the last two bytes
 * of the address, and nanoseconds of CLOCK_REALTIME.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define STAMPS_MAX (4u << 20)
#define BATCH 256

static struct {
	uint64_t number;
	int64_t ns;
} stamps[STAMPS_MAX];
static size_t n_stamps;
static volatile sig_atomic_t is_over;

static void on_term(int number)
{
	(void)number;
	is_over = 1;
}

static int checked(int r, const char *what)
{
	if (r < 0) {
		perror(what);
		exit(1);
	}
	return r;
}

/* Incoming SYNs of IPv4 to 127.1.0.0/16, port 80; 20 bytes suffice. */
static int listen_to_syns(void)
{
	static struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),	      BPF_JUMP(BPF_JMP | BPF_JEQ, 6, 0, 8),
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 16),	      BPF_JUMP(BPF_JMP | BPF_JEQ, 127 << 8 | 1, 0, 6),
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 22),	      BPF_JUMP(BPF_JMP | BPF_JEQ, 80, 0, 4),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 33),	      BPF_STMT(BPF_ALU | BPF_AND, 0x12),
	    BPF_JUMP(BPF_JMP | BPF_JEQ, 2, 0, 1),	      BPF_STMT(BPF_RET, 20),
	    BPF_STMT(BPF_RET, 0),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
	int fd = checked(socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, htons(ETH_P_IP)), "AF_PACKET");
	int on = 1, room = 64 << 20;

	checked(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)), "SO_ATTACH_FILTER");
	checked(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)), "PACKET_IGNORE_OUTGOING");
	checked(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)), "SO_TIMESTAMPNS");
	checked(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)), "SO_RCVBUFFORCE");
	return fd;
}

static void take_syns(int fd, volatile uint64_t *count)
{
	static struct mmsghdr messages[BATCH];
	static struct iovec parts[BATCH];
	static unsigned char packets[BATCH][64];
	static char extra[BATCH][64];
	int n;

	for (int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){packets[i], sizeof(packets[i])};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1,
						      .msg_control = extra[i], .msg_controllen = sizeof(extra[i])};
	}
	n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n && n_stamps < STAMPS_MAX; i++) {
		struct timespec at;

		memcpy(&at, CMSG_DATA(CMSG_FIRSTHDR(&messages[i].msg_hdr)), sizeof(at));
		stamps[n_stamps].number = (uint64_t)(packets[i][18] << 8 | packets[i][19]);
		stamps[n_stamps++].ns = at.tv_sec * 1000000000 + at.tv_nsec;
	}
	*count = n_stamps + 1;
}

static void answer(int fd)
{
	static const char text[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
	char request[4096];

	if (read(fd, request, sizeof(request)) > 0)
		send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(80)};
	struct epoll_event events[BATCH], event = {.events = EPOLLIN};
	struct sigaction action = {.sa_handler = on_term};
	int on = 1, result, syns = listen_to_syns(), epoll = epoll_create1(0);
	int listener = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
	volatile uint64_t *count;

	if (argc != 3)
		return 2;
	count = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, checked(open(argv[1], O_RDWR), argv[1]), 0);
	result = checked(open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600), argv[2]);
	sigaction(SIGTERM, &action, NULL);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	checked(bind(listener, (struct sockaddr *)&any, sizeof(any)), "bind");
	checked(listen(listener, 4096), "listen");
	event.data.fd = listener;
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
	event.data.fd = syns;
	epoll_ctl(epoll, EPOLL_CTL_ADD, syns, &event);
	*count = 1;
	while (!is_over) {
		int n = epoll_wait(epoll, events, BATCH, 100);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd == syns)
				take_syns(syns, count);
			else if (events[i].data.fd != listener)
				answer(events[i].data.fd);
			else
				while ((event.data.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
					epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
		}
	}
	for (size_t done = 0; done < n_stamps * sizeof(stamps[0]);)
		done += (size_t)checked((int)write(result, (char *)stamps + done,
						   n_stamps * sizeof(stamps[0]) - done > 1 << 20
						       ? 1 << 20
						       : n_stamps * sizeof(stamps[0]) - done),
					"write");
	return 0;
}
