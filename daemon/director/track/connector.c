/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/connector.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the messages of a burst. */
#define BUFFER_BYTES (1 << 20)

/* Where things stand in a message. */
#define AT_EVENT (NLMSG_HDRLEN + sizeof(struct cn_msg))
#define AT_WHAT  (AT_EVENT + offsetof(struct proc_event, what))
#define AT_FORK  (AT_EVENT + offsetof(struct proc_event, event_data.fork))
#define AT_EXIT  (AT_EVENT + offsetof(struct proc_event, event_data.exit))

/* Drops the begin and the end of threads, and all other kinds of messages, in the kernel. */
static void filter_set(int fd)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_WHAT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_NONE), 13, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXEC), 12, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_COMM), 11, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_FORK), 2, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXIT), 5, 0),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	    /* A fork: is the child its own group leader? */
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     AT_FORK + offsetof(struct proc_event, event_data.fork.child_pid) -
			 offsetof(struct proc_event, event_data.fork)),
	    BPF_STMT(BPF_MISC | BPF_TAX, 0),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     AT_FORK + offsetof(struct proc_event, event_data.fork.child_tgid) -
			 offsetof(struct proc_event, event_data.fork)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 4, 5),
	    /* An exit likewise. */
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_EXIT),
	    BPF_STMT(BPF_MISC | BPF_TAX, 0),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT_EXIT + sizeof(__kernel_pid_t)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	/* If this fails, the loop only has more messages to read. */
	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static bool listen_ask(int fd)
{
	const uint32_t op = PROC_CN_MCAST_LISTEN;
	const struct cn_msg message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof(op)};
	uint8_t request[NLMSG_HDRLEN + sizeof(message) + sizeof(op)] = {0};
	const struct nlmsghdr header = {.nlmsg_len = sizeof(request), .nlmsg_type = NLMSG_DONE};

	memcpy(request, &header, sizeof(header));
	memcpy(request + NLMSG_HDRLEN, &message, sizeof(message));
	memcpy(request + NLMSG_HDRLEN + sizeof(message), &op, sizeof(op));
	return send(fd, request, sizeof(request), 0) == (ssize_t)sizeof(request);
}

int connector_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
	int bytes = BUFFER_BYTES;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	filter_set(fd);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && listen_ask(fd))
		return fd;
	close(fd);
	return -1;
}

static struct connector_event event_of(const struct proc_event *event)
{
	switch (event->what) {
	case PROC_EVENT_NONE:
		return (struct connector_event){
		    .kind = event->event_data.ack.err ? CONNECTOR_NOTHING : CONNECTOR_READY};
	case PROC_EVENT_FORK:
		if (event->event_data.fork.child_pid != event->event_data.fork.child_tgid)
			break;
		return (struct connector_event){CONNECTOR_BEGIN, event->event_data.fork.child_tgid,
						event->event_data.fork.parent_tgid};
	case PROC_EVENT_EXEC:
		return (struct connector_event){CONNECTOR_EXEC,
						event->event_data.exec.process_tgid, 0};
	case PROC_EVENT_COMM:
		return (struct connector_event){CONNECTOR_EXEC,
						event->event_data.comm.process_tgid, 0};
	case PROC_EVENT_EXIT:
		if (event->event_data.exit.process_pid != event->event_data.exit.process_tgid)
			break;
		return (struct connector_event){CONNECTOR_END, event->event_data.exit.process_tgid,
						0};
	default:
		break;
	}
	return (struct connector_event){.kind = CONNECTOR_NOTHING};
}

bool connector_take(int fd, struct connector_event *ret_event)
{
	char buffer[512];
	struct sockaddr_nl from;
	socklen_t size = sizeof(from);
	struct proc_event event = {0};
	ssize_t len =
	    recvfrom(fd, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &size);

	*ret_event = (struct connector_event){.kind = CONNECTOR_NOTHING};
	if (len < 0) {
		ret_event->kind = errno == ENOBUFS ? CONNECTOR_LOST : CONNECTOR_NOTHING;
		return errno == ENOBUFS;
	}
	/* Older kernels have fewer bytes behind what is read here. */
	if (from.nl_pid || (size_t)len < AT_EVENT + offsetof(struct proc_event, event_data) + 16)
		return true;
	len -= (ssize_t)AT_EVENT;
	memcpy(&event, buffer + AT_EVENT,
	       (size_t)len < sizeof(event) ? (size_t)len : sizeof(event));
	*ret_event = event_of(&event);
	return true;
}
