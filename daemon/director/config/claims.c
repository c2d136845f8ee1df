/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/claims.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Room for "lvsd/vrrp/" with an interface, a family and a VRID. */
#define NAME_MAX_LEN (CONF_IFNAME_MAX + 24)
#define BACKLOG	     4

struct claim {
	char name[NAME_MAX_LEN];
	struct loop_io *io;
	int fd;
};

struct claims {
	struct loop *loop;
	struct claim *items[CLAIMS_MAX];
	size_t n;
};

struct claims *claims_new(struct loop *loop)
{
	struct claims *claims = mem_calloc(1, sizeof(*claims));

	claims->loop = loop;
	return claims;
}

static void claim_free(struct claim *claim)
{
	loop_io_free(claim->io);
	close(claim->fd);
	free(claim);
}

static void drop_from(struct claims *claims, size_t n)
{
	while (claims->n > n) {
		claim_free(claims->items[--claims->n]);
	}
}

void claims_free(struct claims *claims)
{
	if (!claims)
		return;
	drop_from(claims, 0);
	free(claims);
}

static void claim_name(const struct conf_vrrp *vrrp, char name[static NAME_MAX_LEN])
{
	snprintf(name, NAME_MAX_LEN, "lvsd/vrrp/%s/%d/%u", vrrp->interface,
		 vrrp->family == AF_INET ? 4 : 6, vrrp->vrid);
}

static bool has(const struct claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->n; i++)
		if (!strcmp(claims->items[i]->name, name))
			return true;
	return false;
}

static socklen_t address_of(const char *name, struct sockaddr_un *ret_address)
{
	size_t len = strlen(name);

	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(&ret_address->sun_path[1], name, len); /* a NUL in front: abstract */
	return (socklen_t)(sizeof(sa_family_t) + 1 + len);
}

static int socket_new(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Somebody has connected to learn who holds the name. The kernel has told it with the connection,
 * so nothing else is to be done. Without a free descriptor nobody can connect any more. */
static void on_asked(int fd, unsigned events, void *arg)
{
	struct claim *claim = arg;
	int asker = accept(fd, NULL, NULL);

	(void)events;
	if (asker >= 0)
		close(asker);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		loop_io_set(claim->io, 0);
}

bool claims_is_director(uid_t holder, uid_t own)
{
	return holder == 0 || holder == own;
}

/* Whether another lvsd holds the name. *ret_pid is 0 if that one is in another PID namespace. */
static bool is_held(const struct sockaddr_un *address, socklen_t len, pid_t *ret_pid)
{
	struct ucred holder = {0};
	socklen_t size = sizeof(holder);
	int fd = socket_new();
	bool is_ours = fd >= 0 && connect(fd, (const struct sockaddr *)address, len) == 0 &&
		       getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &holder, &size) == 0 &&
		       claims_is_director(holder.uid, geteuid());

	if (fd >= 0)
		close(fd);
	*ret_pid = holder.pid;
	return is_ours;
}

static int claim_refuse(const struct conf_vrrp *vrrp, pid_t holder, struct err *err)
{
	char who[64] = "in another container";

	if (holder)
		snprintf(who, sizeof(who), "its director is process %d", (int)holder);
	return err_set(err, -EBUSY,
		       "vrrp_instance %s: another lvsd (%s) runs in this network namespace and has "
		       "virtual_router_id %u on %s, too: both would hold the same addresses; stop "
		       "that lvsd first, or use another virtual_router_id",
		       vrrp->name, who, vrrp->vrid, vrrp->interface);
}

/* At most a quarter of the descriptors, since the director's work needs the others. */
static size_t claims_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur / 4 > CLAIMS_MAX)
		return CLAIMS_MAX;
	return (size_t)limit.rlim_cur / 4;
}

/* Returns 0 and the claim's descriptor in *ret_fd, or -errno. */
static int bind_name(const struct sockaddr_un *address, socklen_t len, int *ret_fd)
{
	int fd = socket_new(), code;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)address, len) == 0 && listen(fd, BACKLOG) == 0) {
		*ret_fd = fd;
		return 0;
	}
	code = -errno;
	close(fd);
	return code;
}

static int claim_take(struct claims *claims, const struct conf_vrrp *vrrp, struct err *err)
{
	char name[NAME_MAX_LEN];
	struct sockaddr_un address;
	struct claim *claim;
	socklen_t len;
	pid_t holder;
	int code, fd = -1;

	claim_name(vrrp, name);
	if (has(claims, name) || claims->n >= claims_max())
		return 0;
	len = address_of(name, &address);
	code = bind_name(&address, len, &fd);
	if (code == -EADDRINUSE && is_held(&address, len, &holder))
		return claim_refuse(vrrp, holder, err);
	if (code < 0) {
		log_warning("vrrp=%s: lvsd cannot find out whether another lvsd runs the same "
			    "virtual router here: the socket \"@%s\": %s",
			    vrrp->name, name, err_errno(code));
		return 0;
	}
	claim = claims->items[claims->n++] = mem_calloc(1, sizeof(*claim));
	memcpy(claim->name, name, sizeof(claim->name));
	claim->fd = fd;
	claim->io = loop_io_new(claims->loop, fd, LOOP_READ, on_asked, claim);
	return 0;
}

int claims_take(struct claims *claims, const struct conf *conf, struct err *err)
{
	size_t before = claims->n;

	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (claim_take(claims, &conf->vrrps[i], err) < 0) {
			drop_from(claims, before);
			return -EBUSY;
		}
	return 0;
}

static bool is_wanted(const struct claim *claim, const struct conf *conf)
{
	char name[NAME_MAX_LEN];

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		claim_name(&conf->vrrps[i], name);
		if (!strcmp(name, claim->name))
			return true;
	}
	return false;
}

void claims_keep(struct claims *claims, const struct conf *conf)
{
	size_t n = 0;

	for (size_t i = 0; i < claims->n; i++) {
		if (is_wanted(claims->items[i], conf))
			claims->items[n++] = claims->items[i];
		else
			claim_free(claims->items[i]);
	}
	claims->n = n;
}
