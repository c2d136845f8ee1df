/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a director by bench_vrrp.py on a kernel without IPVS: a generic netlink family
 * "IPVS" that acknowledges each request and has an empty table. It shows what a director does, not
 * what a kernel does. Descriptors of generic netlink are ends of socket pairs; this file plays the
 * kernel at the other end.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#define FAM   0x123
#define MAXFD 65536
static int peer[MAXFD]; /* peer end + 1, 0 = not ours */
static uint32_t pids[MAXFD];
#define REAL(n)                                                                                    \
	static __typeof__(n) *r_##n;                                                               \
	if (!r_##n)                                                                                \
	r_##n = dlsym(RTLD_NEXT, #n)
__attribute__((constructor)) static void init(void)
{
	unsetenv("LD_PRELOAD"); /* not for the scripts it starts */
}
int socket(int d, int t, int p)
{
	REAL(socket);
	if (d == AF_NETLINK && p == NETLINK_GENERIC) {
		int sv[2];
		if (socketpair(AF_UNIX, SOCK_DGRAM | (t & (SOCK_CLOEXEC | SOCK_NONBLOCK)), 0, sv))
			return -1;
		int hi = fcntl(sv[1], F_DUPFD_CLOEXEC, 40000);
		if (hi < 0)
			hi = fcntl(sv[1], F_DUPFD_CLOEXEC, 500);
		if (hi >= 0) {
			close(sv[1]);
			sv[1] = hi;
		}
		int b = 4 << 20;
		setsockopt(sv[1], SOL_SOCKET, SO_SNDBUF, &b, sizeof b);
		fcntl(sv[1], F_SETFL, O_NONBLOCK);
		peer[sv[0]] = sv[1] + 1;
		pids[sv[0]] = getpid() + 0x400000u * sv[0];
		return sv[0];
	}
	return r_socket(d, t, p);
}
#define OURS(fd) ((fd) >= 0 && (fd) < MAXFD && peer[fd])
int close(int fd)
{
	REAL(close);
	if (OURS(fd)) {
		r_close(peer[fd] - 1);
		peer[fd] = 0;
	}
	return r_close(fd);
}
int bind(int fd, const struct sockaddr *a, socklen_t l)
{
	REAL(bind);
	if (!OURS(fd))
		return r_bind(fd, a, l);
	uint32_t p = ((const struct sockaddr_nl *)a)->nl_pid;
	if (p)
		pids[fd] = p;
	return 0;
}
int connect(int fd, const struct sockaddr *a, socklen_t l)
{
	REAL(connect);
	return OURS(fd) ? 0 : r_connect(fd, a, l);
}
int getsockname(int fd, struct sockaddr *a, socklen_t *l)
{
	REAL(getsockname);
	if (!OURS(fd))
		return r_getsockname(fd, a, l);
	struct sockaddr_nl n = {.nl_family = AF_NETLINK, .nl_pid = pids[fd]};
	memcpy(a, &n, *l < sizeof n ? *l : sizeof n);
	*l = sizeof n;
	return 0;
}
int setsockopt(int fd, int lv, int o, const void *v, socklen_t l)
{
	REAL(setsockopt);
	if (OURS(fd) && lv == SOL_NETLINK)
		return 0;
	return r_setsockopt(fd, lv, o, v, l);
}
static void put(char *b, size_t *n, uint16_t t, const void *d, uint16_t l)
{
	struct nlattr *a = (void *)(b + *n);
	a->nla_type = t;
	a->nla_len = NLA_HDRLEN + l;
	memcpy(b + *n + NLA_HDRLEN, d, l);
	*n += NLA_ALIGN(a->nla_len);
}
static void reply(int fd, const void *b, size_t n)
{
	REAL(send);
	r_send(peer[fd] - 1, b, n, 0);
}
static void handle(int fd, const char *m, size_t len)
{
	while (len >= NLMSG_HDRLEN) {
		const struct nlmsghdr *h = (const void *)m;
		if (h->nlmsg_len < NLMSG_HDRLEN || h->nlmsg_len > len)
			return;
		const struct genlmsghdr *g = NLMSG_DATA(h);
		char b[512];
		memset(b, 0, sizeof b);
		struct nlmsghdr *o = (void *)b;
		size_t n;
		int err = 0;
		if (h->nlmsg_type == GENL_ID_CTRL) {
			o->nlmsg_type = GENL_ID_CTRL;
			o->nlmsg_seq = h->nlmsg_seq;
			o->nlmsg_pid = pids[fd];
			struct genlmsghdr *og = NLMSG_DATA(o);
			og->cmd = CTRL_CMD_NEWFAMILY;
			og->version = 2;
			n = NLMSG_HDRLEN + GENL_HDRLEN;
			uint16_t id = FAM;
			uint32_t v = 1, z = 0, ma = 7;
			put(b, &n, CTRL_ATTR_FAMILY_NAME, "IPVS", 5);
			put(b, &n, CTRL_ATTR_FAMILY_ID, &id, 2);
			put(b, &n, CTRL_ATTR_VERSION, &v, 4);
			put(b, &n, CTRL_ATTR_HDRSIZE, &z, 4);
			put(b, &n, CTRL_ATTR_MAXATTR, &ma, 4);
			o->nlmsg_len = n;
			reply(fd, b, n);
		} else if (h->nlmsg_type == FAM) {
			if ((h->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP) {
				o->nlmsg_type = NLMSG_DONE;
				o->nlmsg_flags = NLM_F_MULTI;
				o->nlmsg_seq = h->nlmsg_seq;
				o->nlmsg_pid = pids[fd];
				o->nlmsg_len = NLMSG_HDRLEN + 4;
				reply(fd, b, o->nlmsg_len);
				goto next;
			}
			if (g->cmd == IPVS_CMD_GET_INFO) {
				o->nlmsg_type = FAM;
				o->nlmsg_seq = h->nlmsg_seq;
				o->nlmsg_pid = pids[fd];
				struct genlmsghdr *og = NLMSG_DATA(o);
				og->cmd = IPVS_CMD_SET_INFO;
				og->version = 1;
				n = NLMSG_HDRLEN + GENL_HDRLEN;
				uint32_t v = 0x010201, c = 4096;
				put(b, &n, IPVS_INFO_ATTR_VERSION, &v, 4);
				put(b, &n, IPVS_INFO_ATTR_CONN_TAB_SIZE, &c, 4);
				o->nlmsg_len = n;
				reply(fd, b, n);
			} else if (g->cmd == IPVS_CMD_GET_SERVICE)
				err = -ESRCH;
		} else if (h->nlmsg_type >= NLMSG_MIN_TYPE)
			err = -ENOENT; /* the kernel acknowledges control types */
		if (err || (h->nlmsg_flags & NLM_F_ACK)) {
			memset(b, 0, sizeof b);
			o->nlmsg_type = NLMSG_ERROR;
			o->nlmsg_seq = h->nlmsg_seq;
			o->nlmsg_pid = pids[fd];
			struct nlmsgerr *e = NLMSG_DATA(o);
			e->error = err;
			e->msg = *h;
			o->nlmsg_len = NLMSG_HDRLEN + sizeof *e;
			reply(fd, b, o->nlmsg_len);
		}
	next:;
		size_t s = NLMSG_ALIGN(h->nlmsg_len);
		if (s >= len)
			return;
		m += s;
		len -= s;
	}
}
static ssize_t gather(int fd, const struct iovec *v, size_t c)
{
	static __thread char buf[1 << 17];
	size_t n = 0;
	for (size_t i = 0; i < c && n + v[i].iov_len <= sizeof buf; i++) {
		memcpy(buf + n, v[i].iov_base, v[i].iov_len);
		n += v[i].iov_len;
	}
	handle(fd, buf, n);
	return n;
}
ssize_t sendmsg(int fd, const struct msghdr *m, int f)
{
	REAL(sendmsg);
	return OURS(fd) ? gather(fd, m->msg_iov, m->msg_iovlen) : r_sendmsg(fd, m, f);
}
ssize_t sendto(int fd, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l)
{
	REAL(sendto);
	if (!OURS(fd))
		return r_sendto(fd, b, n, f, a, l);
	struct iovec v = {(void *)b, n};
	return gather(fd, &v, 1);
}
ssize_t send(int fd, const void *b, size_t n, int f)
{
	REAL(send);
	if (!OURS(fd))
		return r_send(fd, b, n, f);
	struct iovec v = {(void *)b, n};
	return gather(fd, &v, 1);
}
ssize_t recvmsg(int fd, struct msghdr *m, int f)
{
	REAL(recvmsg);
	if (!OURS(fd))
		return r_recvmsg(fd, m, f);
	void *nm = m->msg_name;
	socklen_t nl = m->msg_namelen;
	m->msg_name = 0;
	m->msg_namelen = 0;
	ssize_t r = r_recvmsg(fd, m, f);
	m->msg_name = nm;
	m->msg_namelen = nl;
	if (r >= 0 && nm && nl >= sizeof(struct sockaddr_nl)) {
		struct sockaddr_nl k = {.nl_family = AF_NETLINK};
		memcpy(nm, &k, sizeof k);
		m->msg_namelen = sizeof k;
	}
	return r;
}
ssize_t recvfrom(int fd, void *b, size_t n, int f, struct sockaddr *a, socklen_t *l)
{
	REAL(recvfrom);
	if (!OURS(fd))
		return r_recvfrom(fd, b, n, f, a, l);
	ssize_t r = r_recvfrom(fd, b, n, f, 0, 0);
	if (r >= 0 && a && l && *l >= sizeof(struct sockaddr_nl)) {
		struct sockaddr_nl k = {.nl_family = AF_NETLINK};
		memcpy(a, &k, sizeof k);
		*l = sizeof k;
	}
	return r;
}
