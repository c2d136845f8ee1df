/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/claims.h"
#include "base/socket/abstract.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/orphan_user.h"
#include "vrrp/orphan/orphan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
	pid_t predecessor;
	struct claim *items[CLAIMS_MAX];
	size_t n;
};

struct claims *claims_new(struct loop *loop, pid_t predecessor)
{
	struct claims *claims = mem_calloc(1, sizeof(*claims));

	claims->loop = loop;
	claims->predecessor = predecessor;
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
static bool is_held(const char *name, pid_t *ret_pid)
{
	struct ucred holder = {0};
	int fd = abstract_connect(name, 0, &holder);

	if (fd < 0)
		return false;
	close(fd);
	*ret_pid = holder.pid;
	return claims_is_director(holder.uid, geteuid());
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

/* Whether the vrrp process of an lvsd that died serves the instance, and this director does not take over
 * from that one. */
static bool is_orphaned(const struct claims *claims, const struct conf_vrrp *vrrp, pid_t *ret_pid)
{
	char name[VRRP_ORPHAN_MARK_MAX];
	struct ucred orphan;
	int fd;

	vrrp_orphan_mark(vrrp->interface, vrrp->family, vrrp->vrid, name);
	fd = abstract_connect(name, 0, &orphan);
	if (fd < 0)
		return false;
	close(fd);
	*ret_pid = orphan.pid;
	return orphan.pid != claims->predecessor && orphan_is_of_lvsd(orphan.uid);
}

static int orphan_refuse(const struct conf_vrrp *vrrp, pid_t orphan, struct err *err)
{
	char who[64] = "in another container";

	if (orphan)
		snprintf(who, sizeof(who), "process %d", (int)orphan);
	return err_set(err, -EBUSY,
		       "vrrp_instance %s: the vrrp process (%s) of an lvsd that died serves virtual_router_id "
		       "%u on %s, and it waits for an lvsd with the run dir of that one: start lvsd with that run dir; "
		       "or end that process by SIGTERM; or wait: it hands over within %d s",
		       vrrp->name, who, vrrp->vrid, vrrp->interface, VRRP_ORPHAN_MS / 1000);
}

static int claim_take(struct claims *claims, const struct conf_vrrp *vrrp, struct err *err)
{
	char name[NAME_MAX_LEN];
	struct claim *claim;
	pid_t holder;
	int fd;

	claim_name(vrrp, name);
	if (has(claims, name) || claims->n >= claims_max())
		return 0;
	fd = abstract_listen(name, BACKLOG);
	if (fd == -EADDRINUSE && is_held(name, &holder))
		return claim_refuse(vrrp, holder, err);
	if (fd < 0)
		log_warning("vrrp=%s: lvsd cannot find out whether another lvsd runs the same "
			    "virtual router here: the socket \"@%s\": %s",
			    vrrp->name, name, err_errno(fd));
	if (is_orphaned(claims, vrrp, &holder)) {
		if (fd >= 0)
			close(fd);
		return orphan_refuse(vrrp, holder, err);
	}
	if (fd < 0)
		return 0;
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
